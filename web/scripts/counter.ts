// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all, fill } from "./page";

// counters tell how many characters are left in a text, when few are.
export function counters(): void {
  for (const place of all("[data-count-for]")) {
    const text = document.getElementById(place.dataset.countFor!) as HTMLTextAreaElement | null;
    if (!text) continue;
    const max = Number(place.dataset.max);
    const show = () => {
      const left = max - Array.from(text.value).length;
      place.hidden = left > max / 2;
      place.classList.toggle("over", left < 0);
      place.textContent = fill(left < 0 ? place.dataset.over : place.dataset.left, { n: Math.abs(left) });
    };
    text.addEventListener("input", show);
    show();
  }
}
