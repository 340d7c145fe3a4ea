// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all } from "./page";

// copying puts a number or an address on the clipboard.
export function copying(): void {
  for (const button of all<HTMLButtonElement>("[data-copy]")) {
    if (!navigator.clipboard) {
      button.hidden = true;
      continue;
    }
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    button.addEventListener("click", () => {
      void navigator.clipboard.writeText(button.dataset.copy!).then(() => {
        label.textContent = button.dataset.copied ?? before;
        setTimeout(() => (label.textContent = before), 3000);
      });
    });
  }
}
