// One small label that follows the pointer over elements with data-tip. The <title> inside serves everybody else.

// Keeps a label of `size` inside `room`, 14 px from the pointer.
export function placeTip(pointer: number, size: number, room: number): number {
  const after = pointer + 14;
  return after + size <= room ? after : Math.max(4, pointer - 14 - size);
}

export function tips(page: Document): void {
  if (!window.matchMedia("(hover: hover)").matches) return;
  const tip = page.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  page.body.append(tip);
  const titles = new WeakSet<Element>();

  page.addEventListener("pointermove", (event) => {
    const owner = (event.target as Element).closest?.("[data-tip]");
    const text = owner?.getAttribute("data-tip");
    tip.hidden = !text;
    if (!owner || !text) return;
    if (!titles.has(owner)) {
      // the browser's own label would cover ours
      titles.add(owner);
      owner.querySelector("title")?.remove();
      if (!owner.closest("[aria-label]:not(svg)")) owner.setAttribute("aria-label", text);
    }
    tip.textContent = text;
    // set through the object model, which the policy on inline styles allows
    tip.style.left = `${placeTip(event.clientX, tip.offsetWidth, window.innerWidth)}px`;
    tip.style.top = `${placeTip(event.clientY, tip.offsetHeight, window.innerHeight)}px`;
  });
  page.addEventListener("pointerleave", () => (tip.hidden = true));
}
