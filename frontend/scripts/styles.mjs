// The CSS made from data: tokens in both themes, and the faces of Be Vietnam Pro.

const WEIGHTS = [400, 600];
// unicode ranges as the family's own stylesheet gives them
const SUBSETS = {
  vietnamese:
    "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
  "latin-ext":
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
  latin:
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
};

const file = (subset, weight) => `be-vietnam-pro-${subset}-${weight}-normal.woff2`;

export const FONT_FILES = Object.keys(SUBSETS).flatMap((subset) => WEIGHTS.map((weight) => file(subset, weight)));

// `vietnamese` stands last: of two faces that both hold a character the later one wins, and it has the better marks.
export function fontsCss() {
  return ["latin-ext", "latin", "vietnamese"]
    .flatMap((subset) =>
      WEIGHTS.map(
        (weight) =>
          `@font-face{font-family:"Be Vietnam Pro";font-style:normal;font-display:swap;font-weight:${weight};` +
          `src:url(./fonts/${file(subset, weight)}) format("woff2");unicode-range:${SUBSETS[subset]}}`,
      ),
    )
    .join("\n");
}

function declarations(tokens, theme) {
  const colours = Object.entries(tokens.colour).map(([name, values]) => `--${name}:${values[theme]}`);
  return [...colours, `--shadow:${tokens.shadow[theme]}`].join(";");
}

// Dark is written twice, for the reader's choice and for the device's; paper is always light.
export function tokensCss(tokens) {
  const light = declarations(tokens, 0);
  const dark = declarations(tokens, 1);
  return [
    `:root{color-scheme:light;${light}}`,
    `@media screen{[data-theme=dark]{color-scheme:dark;${dark}}}`,
    `@media screen and (prefers-color-scheme:dark){[data-theme=auto]{color-scheme:dark;${dark}}}`,
  ].join("\n");
}
