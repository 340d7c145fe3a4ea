// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all, held } from "./page";

// once sends each form one time: the buttons rest until the answer comes, and
// the hidden client id makes a repeat harmless when it does happen.
export function once(): void {
  for (const form of all<HTMLFormElement>("form[method=post]")) {
    let sent = false;
    const buttons = () => all<HTMLButtonElement>("button[type=submit], button:not([type])", form);
    const rest = (on: boolean) => buttons().forEach((b) => (on ? b.setAttribute("aria-disabled", "true") : b.removeAttribute("aria-disabled")));
    form.addEventListener("submit", (e) => {
      const work = held(form);
      if (sent || work) e.preventDefault();
      if (sent) return;
      rest(true);
      if (work) {
        const by = e.submitter;
        void work.then(() => form.requestSubmit(by as HTMLElement | null));
        return;
      }
      sent = true;
      setTimeout(() => { sent = false; rest(false); }, 20000);
    });
    window.addEventListener("pageshow", () => { sent = false; rest(false); });
  }
}
