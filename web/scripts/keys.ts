// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all } from "./page";

const setting = "pv_keys";

// keys moves through the desk without a mouse: j and k along the list, Enter
// opens, / searches, u goes back to the list, ? shows the keys. People can
// switch single keys off in that same window.
export function keys(): void {
  const help = document.querySelector<HTMLDialogElement>("dialog[data-keys]");
  const list = () => all<HTMLAnchorElement>("[data-work] .work-title a");
  if (!help) return;
  const toggle = help.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (toggle) {
    toggle.checked = localStorage.getItem(setting) !== "off";
    toggle.addEventListener("change", () => localStorage.setItem(setting, toggle.checked ? "on" : "off"));
  }
  all("[data-keys-open]").forEach((b) => b.addEventListener("click", () => help.showModal()));

  const step = (by: number) => {
    const rows = list();
    if (!rows.length) return;
    let at = rows.findIndex((a) => a === document.activeElement);
    if (at < 0) at = rows.findIndex((a) => a.hasAttribute("aria-current"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    next.focus();
    next.closest("li")?.scrollIntoView({ block: "nearest" });
  };
  const does: Record<string, () => void> = {
    j: () => step(1),
    k: () => step(-1),
    "/": () => document.querySelector<HTMLElement>("[data-search]")?.focus(),
    u: () => document.querySelector<HTMLElement>("[data-back]")?.click(),
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || help.open) return;
    if ((e.target as Element).closest("input, select, textarea, [contenteditable]")) return;
    if (e.key !== "?" && toggle && !toggle.checked) return;
    const own = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(e.key)}"]`);
    const act = does[e.key] ?? (own ? () => (own.focus(), own.click()) : undefined);
    if (!act) return;
    e.preventDefault();
    act();
  });
}
