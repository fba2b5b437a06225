"""What is wrong with how a page stands in the browser, found by a look at its elements: width, names, contrast."""

from __future__ import annotations

from typing import Any, cast

from playwright.sync_api import Page

# Each fault as a sentence; what a frame of its own scrolls (tables) may be wider than the page.
_LOOK = r"""
async () => {
  // what is on its way to the colours of another theme arrives first
  for (let round = 0; round < 9; round += 1) {
    await new Promise(requestAnimationFrame);
    const going = document.getAnimations();
    if (round && !going.length) break;
    for (const one of going) one.finish();
  }
  const faults = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.querySelectorAll('main *')].find(
      (e) => e.getBoundingClientRect().right > width + 1 && !e.closest('.table-frame'));
    faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} > ${width} by ${wide?.outerHTML.slice(0, 80)}`);
  }
  // neither hidden nor in a menu that is closed
  const shown = (e) => e.checkVisibility();
  const heads = [...document.querySelectorAll('h1')].filter(shown);
  if (heads.length !== 1) faults.push(`${heads.length} first headings`);
  let before = 1;
  for (const head of [...document.querySelectorAll('main :is(h1, h2, h3, h4)')].filter(shown)) {
    const level = Number(head.tagName[1]);
    if (level > before + 1) faults.push(`heading ${level} after ${before}: ${head.textContent.trim()}`);
    before = level;
  }
  if (!document.title.replace('· Tam Đảo', '').trim()) faults.push('no title');
  for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (!e.labels?.length && !e.getAttribute('aria-label')) faults.push(`no label: ${e.outerHTML.slice(0, 80)}`);
    for (const id of (e.getAttribute('aria-describedby') ?? '').split(/\s+/).filter(Boolean))
      if (!document.getElementById(id)) faults.push(`described by nothing: #${id}`);
  }
  for (const e of [...document.querySelectorAll('a[href], button')].filter(shown)) {
    const name = e.getAttribute('aria-label') ?? e.textContent.trim();
    if (!name && !e.querySelector('title, img[alt]')) faults.push(`no name: ${e.outerHTML.slice(0, 80)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`twice: #${id}`);
  for (const e of document.querySelectorAll('th')) if (!e.textContent.trim()) faults.push('a head of a table is empty');

  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return pen.getImageData(0, 0, 1, 1).data;
  };
  const light = ([r, g, b]) => [0.2126, 0.7152, 0.0722].reduce((sum, share, place) => {
    const part = [r, g, b][place] / 255;
    return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const pale = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !shown(e) || e.closest('svg, .vh, [disabled]')) continue;
    const style = getComputedStyle(e);
    let ground = e;
    while (ground && rgb(getComputedStyle(ground).backgroundColor)[3] < 250) ground = ground.parentElement;
    const [a, b] = [light(rgb(style.color)), light(rgb(ground ? getComputedStyle(ground).backgroundColor : 'white'))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 600) ? 3 : 4.5;
    if (ratio < least - 0.01) pale.add(`pale (${ratio.toFixed(2)}): ${e.tagName}.${e.className}`);
  }
  return [...faults, ...pale];
}
"""


def faults(page: Page) -> list[str]:
    """Sentences about what is wrong with the page as it stands; empty when nothing is."""
    return cast(list[str], cast(Any, page.evaluate(_LOOK)))
