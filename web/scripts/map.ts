// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

// This module is loaded only when somebody opens a map.

type Place = (lon: number, lat: number, name?: string) => void;
type Shape = { geometry: { coordinates: unknown } };

// open draws the grids named by data-src, and the points named by data-points,
// into a new map inside the box. Without data-points a marker can be placed.
export async function open(box: HTMLElement, place: Place): Promise<void> {
  const data = box.dataset;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = data.sheet!;
  document.head.append(sheet);
  const [gl, grids, points] = await Promise.all([import(data.gl!), json(data.src), json(data.points)]);
  gl.setWorkerUrl(new URL(data.worker!, location.href).href);

  const canvas = box.querySelector<HTMLElement>(".map")!;
  canvas.hidden = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = new gl.Map({
    container: canvas,
    style: style(grids, points),
    bounds: bounds(points?.features?.length ? points : grids),
    fitBoundsOptions: { padding: 24, maxZoom: 15 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: still ? 0 : 300,
    locale: {
      "Map.Title": data.canvas,
      "NavigationControl.ZoomIn": data.closer,
      "NavigationControl.ZoomOut": data.wider,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
  await new Promise((loaded) => map.once("load", loaded));
  if (grids?.features?.some((f: any) => f.properties?.synthetic === "true")) note(canvas, data.synthetic);
  if (points) links(map);
  else picker(gl, map, box, place);
}

// note says below the map what people should know of it.
function note(canvas: HTMLElement, sentence: string | undefined): void {
  const line = document.createElement("p");
  line.className = "hint";
  line.textContent = sentence ?? "";
  canvas.after(line);
}

// picker lets one marker be put by click, drag, or a button for the keyboard.
function picker(gl: any, map: any, box: HTMLElement, place: Place): void {
  const lon = box.querySelector<HTMLInputElement>("input[data-lon]")!;
  const lat = box.querySelector<HTMLInputElement>("input[data-lat]")!;
  const marker = new gl.Marker({ color: color("--mark"), draggable: true });
  const put = (at: { lng: number; lat: number }) => {
    marker.setLngLat(at).addTo(map);
    const hit = map.queryRenderedFeatures(map.project(at), { layers: ["grid"] })[0];
    place(at.lng, at.lat, hit?.properties?.name);
  };
  map.on("click", (e: any) => put(e.lngLat));
  marker.on("dragend", () => put(marker.getLngLat()));
  const middle = box.querySelector<HTMLElement>("[data-middle]");
  if (middle) {
    middle.hidden = false;
    middle.addEventListener("click", () => put(map.getCenter()));
  }
  box.addEventListener("placed", (e) => {
    const [x, y] = (e as CustomEvent<[number, number]>).detail;
    marker.setLngLat([x, y]).addTo(map);
    map.jumpTo({ center: [x, y], zoom: 15 });
  });
  if (lon.value && lat.value) {
    const at = { lng: Number(lon.value), lat: Number(lat.value) };
    marker.setLngLat(at).addTo(map);
    map.jumpTo({ center: at, zoom: 15 });
  }
}

// links makes each point lead to its page.
function links(map: any): void {
  map.on("click", "point", (e: any) => {
    const to = e.features?.[0]?.properties?.href;
    if (typeof to === "string" && to.startsWith("/")) location.assign(to);
  });
  map.on("mouseenter", "point", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "point", () => (map.getCanvas().style.cursor = ""));
}

// style is the quiet map: paper, the grids' edges, and loud points.
function style(grids: unknown, points: unknown): unknown {
  const sources: Record<string, unknown> = {};
  const layers: unknown[] = [{ id: "paper", type: "background", paint: { "background-color": color("--wash") } }];
  if (grids) {
    sources.grids = { type: "geojson", data: grids };
    layers.push(
      { id: "grid", type: "fill", source: "grids", paint: { "fill-color": color("--paper"), "fill-opacity": 0.9 } },
      { id: "edge", type: "line", source: "grids", paint: { "line-color": color("--edge"), "line-width": 1 } },
    );
  }
  if (points) {
    sources.points = { type: "geojson", data: points };
    layers.push({
      id: "point", type: "circle", source: "points",
      paint: { "circle-radius": 7, "circle-color": color("--mark"), "circle-stroke-color": color("--paper"), "circle-stroke-width": 2 },
    });
  }
  return { version: 8, sources, layers };
}

// color reads one custom property of the page.
function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// json loads a document, or nothing where no address is given.
async function json(address: string | undefined): Promise<any> {
  if (!address) return undefined;
  const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// bounds is the box around every coordinate of a collection.
function bounds(collection: { features?: Shape[] } | undefined): [number, number, number, number] | undefined {
  const out: [number, number, number, number] = [180, 90, -180, -90];
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] !== "number") return c.forEach(walk);
    const [x, y] = c as number[];
    out[0] = Math.min(out[0], x);
    out[1] = Math.min(out[1], y);
    out[2] = Math.max(out[2], x);
    out[3] = Math.max(out[3], y);
  };
  collection?.features?.forEach((f) => walk(f.geometry?.coordinates));
  return out[0] > out[2] ? undefined : out;
}
