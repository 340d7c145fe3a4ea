// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all, fill, say } from "./page";

// A frame, in thousandths of the photo.
interface Frame {
  x: number;
  y: number;
  w: number;
  h: number;
}

const svgNames = "http://www.w3.org/2000/svg";
const least = 10;
const whole = 1000;
const squares = 12;

// covers lets people draw frames on a photo, with mouse, finger or keys. They are
// kept as numbers in the text field that is sent, and can be typed there as well.
function covers(): void {
  for (const stage of all("[data-cover]")) {
    const form = stage.closest("form")!;
    cover(stage, form, form.querySelector<HTMLTextAreaElement>("[data-cover-text]")!);
  }
}

function cover(stage: HTMLElement, form: HTMLElement, text: HTMLTextAreaElement): void {
  const paper = document.createElementNS(svgNames, "svg");
  paper.setAttribute("class", "cover-boxes cover-drawn");
  paper.setAttribute("viewBox", "0 0 1000 1000");
  paper.setAttribute("preserveAspectRatio", "none");
  stage.append(paper);
  let frames = read(text.value);
  let chosen = -1;
  // The squares of the grid are for pages without script: what was ticked becomes frames.
  for (const cell of all<HTMLInputElement>("input[name=cell]:checked", stage)) {
    cell.checked = false;
    const [column, row] = [Number(cell.value) % squares, Math.floor(Number(cell.value) / squares)];
    frames.push(fit({ x: Math.floor((column * whole) / squares), y: Math.floor((row * whole) / squares), w: 84, h: 84 }));
  }

  const draw = (focus = false) => {
    text.value = frames.map((f) => [f.x, f.y, f.w, f.h].map((v) => String(v / 10)).join(" ")).join("\n");
    paper.replaceChildren(...frames.map(shape));
    if (focus) (paper.children[chosen] as SVGElement | undefined)?.focus();
  };
  const told = () => say(form, fill(stage.dataset.said, { n: frames.length }));
  const shape = (f: Frame, i: number): SVGElement => {
    const rect = document.createElementNS(svgNames, "rect");
    for (const [name, value] of Object.entries({ x: f.x, y: f.y, width: f.w, height: f.h })) rect.setAttribute(name, String(value));
    rect.setAttribute("tabindex", "0");
    rect.setAttribute("role", "button");
    rect.setAttribute("aria-label", fill(stage.dataset.name, { n: i + 1 }));
    if (i === chosen) rect.setAttribute("class", "cover-chosen");
    rect.addEventListener("focus", () => {
      chosen = i;
      for (const [j, other] of Array.from(paper.children).entries()) other.setAttribute("class", j === i ? "cover-chosen" : "");
    });
    rect.addEventListener("keydown", (e) => key(e, i));
    return rect;
  };
  const remove = (i: number) => {
    if (!frames[i]) return;
    frames.splice(i, 1);
    chosen = Math.min(i, frames.length - 1);
    draw(true);
    told();
  };
  const key = (e: KeyboardEvent, i: number) => {
    const step = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[e.key];
    const f = frames[i];
    if (f && step) {
      const [dx, dy] = step as [number, number];
      frames[i] = e.shiftKey ? fit({ ...f, w: f.w + dx, h: f.h + dy }) : fit({ ...f, x: f.x + dx, y: f.y + dy });
      draw(true);
    } else if (e.key === "Delete" || e.key === "Backspace") {
      remove(i);
    } else {
      return;
    }
    e.preventDefault();
    e.stopPropagation();
  };

  const at = (e: PointerEvent): [number, number] => {
    const box = paper.getBoundingClientRect();
    return [between(((e.clientX - box.left) / box.width) * whole), between(((e.clientY - box.top) / box.height) * whole)];
  };
  paper.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    const [x, y] = at(e);
    const hit = Array.from(paper.children).indexOf(e.target as Element);
    const before = hit < 0 ? undefined : frames[hit];
    const fresh = frames.length;
    const move = (e: PointerEvent) => {
      const [to, down] = at(e);
      if (before) {
        frames[hit] = fit({ ...before, x: before.x + to - x, y: before.y + down - y });
        chosen = hit;
      } else {
        frames[fresh] = { x: Math.min(x, to), y: Math.min(y, down), w: Math.abs(to - x), h: Math.abs(down - y) };
        chosen = fresh;
      }
      draw();
    };
    const done = () => {
      paper.removeEventListener("pointermove", move);
      paper.removeEventListener("pointerup", done);
      paper.removeEventListener("pointercancel", done);
      frames = frames.filter((f) => f.w >= least && f.h >= least).map(fit);
      chosen = before ? hit : frames.length - 1;
      draw(true);
      told();
    };
    paper.setPointerCapture(e.pointerId);
    paper.addEventListener("pointermove", move);
    paper.addEventListener("pointerup", done);
    paper.addEventListener("pointercancel", done);
    e.preventDefault();
  });
  const button = (name: string, act: () => void) => form.querySelector<HTMLElement>(`[data-cover-${name}]`)?.addEventListener("click", act);
  button("add", () => {
    frames.push({ x: 425, y: 425, w: 150, h: 150 });
    chosen = frames.length - 1;
    draw(true);
    told();
  });
  button("remove", () => remove(chosen < 0 ? frames.length - 1 : chosen));
  button("clear", () => {
    frames = [];
    chosen = -1;
    draw();
    told();
  });
  text.addEventListener("change", () => {
    const typed = read(text.value);
    if (typed.length === text.value.split("\n").filter((line) => line.trim()).length) {
      frames = typed;
      chosen = -1;
      draw();
    }
  });
  if (frames.length > 0) draw();
}

// read takes the lines that are four percentages.
function read(lines: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of lines.split("\n")) {
    const [x, y, w, h, more] = line.split(/[\s,，;；、%％]+/).filter(Boolean).map((v) => Math.round(Number(v) * 10));
    if (x! >= 0 && y! >= 0 && w! > 0 && h! > 0 && x! + w! <= whole && y! + h! <= whole && more === undefined) frames.push({ x: x!, y: y!, w: w!, h: h! });
  }
  return frames;
}

const between = (v: number) => Math.round(Math.min(whole, Math.max(0, v)));

// fit keeps a frame within the photo, and large enough to be taken hold of.
function fit(f: Frame): Frame {
  const w = Math.min(whole, Math.max(least, f.w));
  const h = Math.min(whole, Math.max(least, f.h));
  return { x: Math.min(whole - w, Math.max(0, f.x)), y: Math.min(whole - h, Math.max(0, f.y)), w, h };
}

covers();
