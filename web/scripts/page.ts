// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// all returns the elements that match, as an array.
export function all<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T[] {
  return Array.from(within.querySelectorAll<T>(selector));
}

// fill puts named values into a sentence: fill("{n} left", {n: 3}).
export function fill(sentence: string | undefined, values: Record<string, string | number>): string {
  return (sentence ?? "").replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

// say writes a sentence where screen readers announce it.
export function say(within: ParentNode, sentence: string | undefined): void {
  const place = within.querySelector("[role=status]");
  if (place) place.textContent = sentence ?? "";
}

const waiting = new WeakMap<HTMLFormElement, Promise<unknown>>();

// hold makes a form wait for work before it is sent.
export function hold(form: HTMLFormElement, work: Promise<unknown>): void {
  const before = waiting.get(form) ?? Promise.resolve();
  const both = Promise.allSettled([before, work]).then(() => {
    if (waiting.get(form) === both) waiting.delete(form);
  });
  waiting.set(form, both);
}

// held returns the work a form waits for, if there is any.
export function held(form: HTMLFormElement): Promise<unknown> | undefined {
  return waiting.get(form);
}
