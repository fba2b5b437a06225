import assert from "node:assert/strict";
import test from "node:test";
import { fragmentAddress, opensInDrawer } from "./drawer";

const plain = { button: 0, metaKey: false, ctrlKey: false, shiftKey: false, altKey: false };
const home = "https://tamdao.example";

test("the fragment keeps the page's own query", () => {
  assert.equal(fragmentAddress("/figures/dti/26/2024/?map=2025-07-01", home), `${home}/figures/dti/26/2024/?map=2025-07-01&fragment=1`);
});

test("only plain clicks on this site open the drawer", () => {
  const link = { href: `${home}/figures/x/`, target: "" };
  assert.equal(opensInDrawer(link, plain, home), true);
  assert.equal(opensInDrawer(link, { ...plain, ctrlKey: true }, home), false);
  assert.equal(opensInDrawer(link, { ...plain, button: 1 }, home), false);
  assert.equal(opensInDrawer({ ...link, target: "_blank" }, plain, home), false);
  assert.equal(opensInDrawer({ ...link, href: "https://elsewhere.example/" }, plain, home), false);
});
