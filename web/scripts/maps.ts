// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all, fill, say } from "./page";

// maps lets people place a matter by the phone's position or on a map. The map
// itself is loaded when somebody asks for it.
export function maps(): void {
  for (const box of all("[data-map]")) {
    box.querySelector("[data-locate]")?.addEventListener("click", () => locate(box));
    const open = box.querySelector<HTMLButtonElement>("[data-map-open]");
    open?.addEventListener("click", () => {
      open.setAttribute("aria-disabled", "true");
      say(box, box.dataset.loading);
      import(box.dataset.module!)
        .then((m) => m.open(box, (lon: number, lat: number, name?: string) => place(box, lon, lat, name)))
        .then(() => { open.hidden = true; if (!box.dataset.points) say(box, box.dataset.ready); else say(box, ""); })
        .catch(() => { open.removeAttribute("aria-disabled"); say(box, box.dataset.failed); });
    });
  }
}

// locate asks the device where it is.
function locate(box: HTMLElement): void {
  if (!navigator.geolocation) return say(box, box.dataset.denied);
  say(box, box.dataset.locating);
  navigator.geolocation.getCurrentPosition(
    (p) => {
      place(box, p.coords.longitude, p.coords.latitude, undefined, Math.round(p.coords.accuracy));
      box.dispatchEvent(new CustomEvent("placed", { detail: [p.coords.longitude, p.coords.latitude] }));
    },
    () => say(box, box.dataset.denied),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

// place writes a point into the form and says so.
function place(box: HTMLElement, lon: number, lat: number, name?: string, accuracy?: number): void {
  const put = (which: string, value: string) => {
    const field = box.querySelector<HTMLInputElement>(`input[data-${which}]`);
    if (field) field.value = value;
  };
  put("lon", lon.toFixed(6));
  put("lat", lat.toFixed(6));
  if (accuracy !== undefined) say(box, fill(box.dataset.near, { m: accuracy }));
  else say(box, name ? fill(box.dataset.inside, { name }) : box.dataset.outside);
}
