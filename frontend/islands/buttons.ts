// Copy the address of this view; print it.
export function copyLink(page: Document): void {
  page.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy-link]");
    if (!button) return;
    const address = new URL(button.dataset.copyLink || page.location.href, page.location.href);
    void navigator.clipboard?.writeText(address.href).then(() => {
      const done = button.dataset.done;
      if (!done) return;
      const before = button.textContent ?? "";
      button.textContent = done;
      button.setAttribute("aria-live", "polite");
      setTimeout(() => (button.textContent = before), 1800);
    });
  });
}

export function printPage(page: Document): void {
  page.addEventListener("click", (event) => {
    if ((event.target as Element).closest("[data-print]")) window.print();
  });
}
