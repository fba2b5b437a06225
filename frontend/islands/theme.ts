// Switches the theme at once; the form still tells the server, which writes the cookie for the next page.
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export function asTheme(value: string | null | undefined): Theme {
  return THEMES.find((known) => known === value) ?? "auto";
}

export function theme(page: Document): void {
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-theme-form]")) return;
    event.preventDefault();
    const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    const chosen = asTheme(button?.value);
    const body = new FormData(form);
    body.set("theme", chosen);
    page.documentElement.dataset.theme = chosen;
    for (const other of form.querySelectorAll("button")) {
      other.setAttribute("aria-pressed", String(other.value === chosen));
    }
    page.dispatchEvent(new CustomEvent("td:theme"));
    void fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
}
