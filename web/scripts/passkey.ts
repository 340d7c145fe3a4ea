// SPDX-License-Identifier: Apache-2.0
// Copyright The Pavilion Authors

import { all, say } from "./page";

// A form with data-passkey asks the server what to ask the device, asks the device,
// and is sent with the answer. Without passkeys in the browser it is never shown.

type Question = { options: any; sealed: string };

for (const form of all<HTMLFormElement>("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !navigator.credentials) {
    all(`[data-passkey-without]`).forEach((e) => (e.hidden = false));
    continue;
  }
  form.hidden = false;
  all(`[data-passkey-with]`).forEach((e) => (e.hidden = false));
  const button = form.querySelector<HTMLButtonElement>("[data-passkey-go]")!;
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    say(form, form.dataset.waiting);
    run(form).catch((e) => {
      button.removeAttribute("aria-disabled");
      say(form, form.dataset[reason(e)]);
    });
  });
  window.addEventListener("pageshow", () => {
    button.removeAttribute("aria-disabled");
    put(form, "answer", "");
    say(form, "");
  });
}

// run goes through a ceremony, and sends the form.
async function run(form: HTMLFormElement): Promise<void> {
  const res = await fetch(form.dataset.passkey!, { headers: { Accept: "application/json" } }).catch(() => undefined);
  if (!res) throw new Error("offline");
  if (!res.ok || !(res.headers.get("Content-Type") ?? "").startsWith("application/json")) {
    throw new Error(res.status === 409 ? "none" : "stale");
  }
  const { options, sealed } = (await res.json()) as Question;
  const began = Date.now();
  const made = await ask(options).catch((e) => {
    throw Date.now() - began >= (options.timeout ?? Infinity) ? new Error("late") : e;
  });
  put(form, "sealed", sealed);
  put(form, "answer", JSON.stringify(made));
  form.requestSubmit();
}

// ask has the device make a passkey, or use one, and writes what it says as JSON.
async function ask(options: any): Promise<unknown> {
  options.challenge = bytes(options.challenge);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const c of list ?? []) c.id = bytes(c.id);
  }
  if (!options.user) return written(await navigator.credentials.get({ publicKey: options }));
  options.user.id = bytes(options.user.id);
  return written(await navigator.credentials.create({ publicKey: options }));
}

function written(made: Credential | null): unknown {
  const key = made as PublicKeyCredential;
  const r = key.response as any;
  const response: Record<string, unknown> = { clientDataJSON: coded(r.clientDataJSON) };
  if (r.attestationObject) {
    response.attestationObject = coded(r.attestationObject);
    response.transports = r.getTransports ? r.getTransports() : [];
  } else {
    response.authenticatorData = coded(r.authenticatorData);
    response.signature = coded(r.signature);
    if (r.userHandle) response.userHandle = coded(r.userHandle);
  }
  return { id: key.id, rawId: coded(key.rawId), type: key.type, response, clientExtensionResults: {} };
}

// reason names the sentence for what went wrong. A browser says the same of what
// was cancelled and of what is not there, so that pages cannot find out.
function reason(e: unknown): string {
  const { name, message } = e as Error;
  if (name === "InvalidStateError") return "known";
  if (name === "SecurityError") return "elsewhere";
  if (name === "NotSupportedError" || name === "ConstraintError") return "unable";
  return ["offline", "stale", "none", "late"].includes(message) ? message : "cancelled";
}

function put(form: HTMLFormElement, name: string, value: string): void {
  form.querySelector<HTMLInputElement>(`input[name=${name}]`)!.value = value;
}

function bytes(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
}

function coded(data: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(data))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
