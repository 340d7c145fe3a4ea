// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all } from "./page";

const steps: [Intl.RelativeTimeFormatUnit, number][] = [["minute", 60], ["hour", 3600], ["day", 86400]];

// times keeps "5 minutes ago" true while a page stays open.
export function times(): void {
  const marks = all<HTMLTimeElement>("time[data-ago]");
  if (!marks.length) return;
  const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  // The space before Han characters is the one the catalogue writes.
  const refresh = () => {
    for (const mark of marks) {
      const seconds = (Date.now() - Date.parse(mark.dateTime)) / 1000;
      if (seconds < 60 || seconds > 7 * 86400) continue;
      const [unit, size] = steps.filter(([, s]) => seconds >= s).pop()!;
      mark.textContent = format.format(-Math.floor(seconds / size), unit).replace(/(\d)(?=\p{Script=Han})/u, "$1 ");
    }
  };
  setInterval(refresh, 30000);
}
