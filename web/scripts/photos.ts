// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all, fill, hold, say } from "./page";

const longest = 2560;

// photos shows what was chosen, lets people take single photos out again, and
// makes large ones smaller before they travel. The server does all of that
// itself when a browser cannot.
export function photos(): void {
  for (const input of all<HTMLInputElement>("input[type=file][data-photos]")) {
    if (typeof DataTransfer !== "function") continue;
    const field = input.closest<HTMLElement>(".field")!;
    const shelf = field.querySelector<HTMLElement>(".previews")!;
    const max = Number(input.dataset.max) || 9;
    let chosen: File[] = [];
    const put = () => {
      const bag = new DataTransfer();
      chosen.forEach((f) => bag.items.add(f));
      input.files = bag.files;
      shelf.replaceChildren(...chosen.map((f, i) => preview(f, i)));
      shelf.hidden = chosen.length === 0;
    };
    const preview = (file: File, i: number): HTMLElement => {
      const box = document.createElement("div");
      box.className = "preview";
      const image = document.createElement("img");
      image.alt = fill(input.dataset.name, { n: i + 1 });
      image.src = URL.createObjectURL(file);
      image.onload = () => URL.revokeObjectURL(image.src);
      const size = document.createElement("p");
      size.textContent = fill("{n} MB", { n: (file.size / 1048576).toFixed(1) });
      const remove = document.createElement("button");
      remove.type = "button";
      remove.setAttribute("aria-label", fill(input.dataset.remove, { n: i + 1 }));
      const cross = document.createElement("span");
      cross.textContent = "×";
      remove.append(cross);
      remove.onclick = () => {
        chosen.splice(i, 1);
        put();
        input.focus();
        say(field, fill(input.dataset.left, { n: chosen.length }));
      };
      box.append(image, size, remove);
      return box;
    };
    input.addEventListener("change", () => {
      const added = Array.from(input.files ?? []);
      const work = Promise.all(added.map(smaller)).then((files) => {
        const over = chosen.length + files.length - max;
        chosen = chosen.concat(files).slice(0, max);
        put();
        say(field, fill(over > 0 ? input.dataset.many : input.dataset.left, { n: chosen.length, max }));
      });
      if (input.form) hold(input.form, work);
    });
  }
}

// smaller returns a JPEG of at most 2560 px, or the file itself where that does
// not help or the browser cannot read it.
async function smaller(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    if (scale === 1 && file.size < 1.5e6) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d")!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}
