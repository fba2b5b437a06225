// Everything a first screen needs, in one small bundle. Each island improves what already works without it.
import "htmx.org";
import { explainDrawer } from "./drawer";
import { chartsInView } from "./charts-in-view";
import { menus } from "./menus";
import { search } from "./search";
import { tables } from "./tables";
import { theme } from "./theme";
import { tips } from "./tips";
import { wall } from "./wall";
import { copyLink, printPage } from "./buttons";

document.documentElement.classList.add("js");

theme(document);
menus(document);
search(document);
explainDrawer(document);
tables(document.body);
tips(document);
copyLink(document);
printPage(document);
wall(document);
chartsInView(document.body);

// Parts that htmx or the drawer brings in later get the same treatment.
for (const event of ["htmx:after:swap", "td:content"]) {
  document.addEventListener(event, (happened) => {
    const part = happened.target instanceof HTMLElement ? happened.target : document.body;
    tables(part);
    chartsInView(part);
  });
}
