// What the page shows now, and what each point looks like: code 0 is hidden, 1 reaches no site, and
// 2 + 4 * target + shade the others, so that a choice of the reader changes 4 colours a site, not 80,000.

const ALPHA = [255, 175, 115, 70]; // of 255, by shade of certainty
const byId = (id) => document.getElementById(id);
const facts = JSON.parse(byId("facts").textContent);
const darkWish = matchMedia("(prefers-color-scheme: dark)");

const state = {
  which: "now", // or "before"
  only: null, // a target's number, "nowhere", or null for all
  movedOnly: false,
  shade: true,
  dark: darkWish.matches,
  pinned: null, // a client's row
  view: { x: 0, y: 0, scale: 1 }, // where the Earth's middle is and one radius, in device pixels
  zoom: 1,
};
let colours; // of the theme, by the names in page.css
const codes = new Uint16Array(facts.clients);
const palette = new Uint32Array(2 + 4 * facts.targets.length);
const marks = new Uint8Array(palette.length);
let last = []; // rows that are drawn over the others: no site, hijacked

const colourOf = (target) => target.colour[state.dark ? 1 : 0];
const nowhereColour = () => facts.nowhereColour[state.dark ? 1 : 0];
const hijacked = (index) => facts.targets[index]?.hijacker ?? false;

function encode(clients) {
  const target = clients.get(state.which, "target");
  last = [];
  for (let i = 0; i < clients.n; i++) {
    if (target[i] === ABSENT || (state.movedOnly && !clients.moved(i))) codes[i] = 0;
    else if (target[i] === NOWHERE) codes[i] = 1;
    else codes[i] = 2 + 4 * target[i] + (state.shade ? clients.level(state.which, i) : 0);
    if (codes[i] === 1 || (codes[i] > 1 && hijacked(target[i]))) last.push(i);
  }
}

function choosePalette() {
  const shown = (key) => state.only === null || state.only === key;
  palette.fill(0);
  marks.fill(CROSS);
  if (shown("nowhere")) palette[1] = rgba(nowhereColour(), 255);
  for (const [index, target] of facts.targets.entries()) {
    for (let level = 0; level < 4; level++) {
      const code = 2 + 4 * index + level;
      marks[code] = markOf(target);
      if (shown(index)) palette[code] = rgba(colourOf(target), target.hijacker ? 255 : ALPHA[level]);
    }
  }
}

// One little-endian RGBA word of an ImageData.
function rgba(hex, alpha) {
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function readColours() {
  document.documentElement.dataset.theme = state.dark ? "dark" : "light";
  const style = getComputedStyle(document.documentElement);
  const names = ["page", "sea", "land", "border", "grid", "text", "halo", "alarm"];
  colours = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}
