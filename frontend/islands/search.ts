// Suggestions under the search box: Ctrl K opens it, arrows choose, Enter goes, Escape closes.
// The server makes the list (a fragment of links); here it is only fetched and walked through.

// The place of the next choice in a list of `count`, -1 being the box itself.
export function nextChoice(current: number, key: string, count: number): number {
  if (count === 0) return -1;
  if (key === "ArrowDown") return current + 1 >= count ? -1 : current + 1;
  if (key === "ArrowUp") return current < 0 ? count - 1 : current - 1;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return current;
}

const PAUSE = 160;

export function search(page: Document): void {
  const form = page.querySelector<HTMLFormElement>("form.search");
  const input = form?.querySelector<HTMLInputElement>("input[type=search]");
  const list = form?.querySelector<HTMLElement>(".suggest");
  if (!form || !input || !list) return;

  let choice = -1;
  let timer = 0;
  let waiting: AbortController | undefined;
  const choices = () => [...list.querySelectorAll<HTMLAnchorElement>("a[href]")];

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  list.id ||= "suggestions";
  input.setAttribute("aria-controls", list.id);

  function fold(): void {
    list!.hidden = true;
    input!.setAttribute("aria-expanded", "false");
    input!.removeAttribute("aria-activedescendant");
    choice = -1;
  }

  function mark(): void {
    choices().forEach((link, index) => {
      link.id ||= `suggestion-${index}`;
      link.setAttribute("role", "option");
      link.setAttribute("tabindex", "-1");
      link.setAttribute("aria-selected", String(index === choice));
      if (index === choice) {
        input!.setAttribute("aria-activedescendant", link.id);
        link.scrollIntoView({ block: "nearest" });
      }
    });
    if (choice < 0) input!.removeAttribute("aria-activedescendant");
  }

  async function suggest(): Promise<void> {
    const text = input!.value.trim();
    waiting?.abort();
    if (text.length < 2 || !form!.dataset.suggest) return fold();
    waiting = new AbortController();
    const address = new URL(form!.dataset.suggest, page.location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: waiting.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return fold();
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      list!.replaceChildren(...[...parsed.body.children].map((part) => page.importNode(part, true)));
      choice = -1;
      list!.hidden = list!.children.length === 0;
      input!.setAttribute("aria-expanded", String(!list!.hidden));
      mark();
    } catch {
      // aborted by the next letter, or offline: the form itself still works
    }
  }

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void suggest(), PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!list.hidden) event.preventDefault();
      fold();
      form.classList.remove("open");
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      choice = nextChoice(choice, event.key, choices().length);
      mark();
    } else if (event.key === "Enter" && choice >= 0) {
      event.preventDefault();
      choices()[choice]?.click();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) {
      fold();
      form.classList.remove("open");
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box

  function open(): void {
    form!.classList.add("open");
    input!.focus();
    input!.select();
  }
  page.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  page.querySelector("[data-open-search]")?.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
}
