// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// Everything here improves pages that already work without it.

import { copying } from "./copy";
import { counters } from "./counter";
import { keys } from "./keys";
import { maps } from "./maps";
import { once } from "./once";
import { photos } from "./photos";
import { times } from "./times";

document.documentElement.classList.add("script");
document.querySelector<HTMLElement>("[data-focus]")?.focus();
document.querySelectorAll<HTMLElement>("[data-print]").forEach((b) => b.addEventListener("click", () => window.print()));

counters();
photos();
once();
maps();
copying();
times();
keys();
