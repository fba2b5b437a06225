// Links marked data-explain open their page's fragment in the drawer; without this they open the page itself.
// A modal <dialog> brings focus trap, Escape and backdrop; the address can still be opened as a page.

export function fragmentAddress(href: string, base: string): string {
  const address = new URL(href, base);
  address.searchParams.set("fragment", "1");
  return address.href;
}

// Only plain clicks on links of this site: a new tab, a download or another site stays what it is.
export function opensInDrawer(
  link: { href: string; target: string },
  event: { button: number; metaKey: boolean; ctrlKey: boolean; shiftKey: boolean; altKey: boolean },
  origin: string,
): boolean {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target && link.target !== "_self") return false;
  return new URL(link.href, origin).origin === origin;
}

export function explainDrawer(page: Document): void {
  const drawer = page.querySelector<HTMLDialogElement>("dialog#drawer");
  const body = drawer?.querySelector<HTMLElement>(".drawer-body");
  if (!drawer || !body) return;
  const asPage = drawer.querySelector<HTMLAnchorElement>("[data-drawer-open]");
  let newest = 0;

  async function show(href: string): Promise<void> {
    const mine = ++newest;
    body!.setAttribute("aria-busy", "true");
    if (asPage) asPage.href = href;
    try {
      const answer = await fetch(fragmentAddress(href, page.location.href), {
        headers: { "X-Requested-With": "fetch", Accept: "text/html" },
        credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (mine !== newest) return;
      const parsed = new DOMParser().parseFromString(text, "text/html");
      const content = parsed.querySelector(".explain") ?? parsed.querySelector("main") ?? parsed.body;
      body!.replaceChildren(page.importNode(content, true));
      body!.scrollTop = 0;
      body!.removeAttribute("aria-busy");
      if (!drawer!.open) drawer!.showModal();
      body!.focus({ preventScroll: true });
      body!.dispatchEvent(new CustomEvent("td:content", { bubbles: true }));
    } catch {
      if (mine === newest) page.location.assign(href);
    }
  }

  page.addEventListener("click", (event) => {
    // links inside a picture are SVG elements: their address is an object, so the attribute is read
    const link = (event.target as Element).closest<HTMLElement | SVGAElement>("a[data-explain]");
    const href = link?.getAttribute("href");
    if (!link || !href) return;
    const address = new URL(href, page.location.href).href;
    const target = link.getAttribute("target") ?? "";
    if (!opensInDrawer({ href: address, target }, event, page.location.origin)) return;
    event.preventDefault();
    void show(address);
  });
  drawer.addEventListener("click", (event) => {
    const closes = event.target === drawer || (event.target as Element).closest("[data-drawer-close]");
    if (closes) drawer.close();
  });
}
