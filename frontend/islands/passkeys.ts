// Passkeys: asks the browser for one and hands its answer to the form, which posts it as any other field.
//
//   <form method="post" data-passkey="create|get" [data-options-url="…"]>
//     <script type="application/json">{"publicKey": …}</script>   (or fetched from data-options-url when pressed)
//     <input type="hidden" name="credential">
//     <p data-passkey-failed hidden>…</p> <p data-passkey-unknown hidden>…</p>
//     <button>   (or elsewhere on the page, with form="the id")
//
// Everything binary travels as base64url, which is what the server's library reads and writes.

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toText(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// The options as the browser wants them: challenge, user and credential ids as bytes.
export function asked(options: { publicKey: Record<string, any> }): Record<string, any> {
  const key = { ...options.publicKey, challenge: toBytes(options.publicKey.challenge) } as Record<string, any>;
  if (key.user) key.user = { ...key.user, id: toBytes(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (key[list]) key[list] = key[list].map((one: { id: string }) => ({ ...one, id: toBytes(one.id) }));
  }
  return key;
}

// The browser's answer as JSON; parts that are not there are left out.
export function answered(credential: Record<string, any>): Json {
  const response: Record<string, Json> = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

// Which of the two sentences fits: this device knows no such passkey or the reader gave up; or something else broke.
export function sentenceFor(error: unknown): "unknown" | "failed" {
  const name = error instanceof Error ? error.name : "";
  return name === "NotAllowedError" || name === "InvalidStateError" ? "unknown" : "failed";
}

async function optionsOf(form: HTMLFormElement): Promise<{ publicKey: Record<string, any> }> {
  const address = form.dataset.optionsUrl;
  if (!address) return JSON.parse(form.querySelector("script[type='application/json']")?.textContent ?? "");
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return answer.json();
}

async function ask(form: HTMLFormElement): Promise<Json> {
  const publicKey = asked(await optionsOf(form)) as any;
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
  if (!credential) throw new Error("no credential");
  return answered(credential);
}

export function passkeys(page: Document): void {
  for (const form of page.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    const button = form.querySelector("button") ?? page.querySelector(`button[form="${form.id}"]`);
    if (!("credentials" in navigator) || !window.PublicKeyCredential) {
      form.querySelector("[data-passkey-failed]")?.removeAttribute("hidden");
      button?.setAttribute("disabled", "");
      continue;
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      button?.setAttribute("disabled", "");
      for (const sentence of form.querySelectorAll("[data-passkey-failed], [data-passkey-unknown]")) {
        sentence.setAttribute("hidden", "");
      }
      ask(form).then(
        (answer) => {
          form.querySelector<HTMLInputElement>("[name=credential]")!.value = JSON.stringify(answer);
          form.submit();
        },
        (error: unknown) => {
          button?.removeAttribute("disabled");
          form.querySelector(`[data-passkey-${sentenceFor(error)}]`)?.removeAttribute("hidden");
        },
      );
    });
  }
}
