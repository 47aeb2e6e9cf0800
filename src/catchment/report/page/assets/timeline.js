// Hover or tap tells what a mark is; + and - stretch the time. Without scripts the browser's own tooltips tell.

const byId = (id) => document.getElementById(id);
const chart = byId("chart");
const inner = byId("inner");
const card = byId("card");
const told = new WeakMap(); // mark -> what it is
const state = { zoom: 1, mark: null, pinned: false };
const ZOOMS = [1, 2, 4, 8, 16, 32];

for (const title of inner.querySelectorAll("title")) {
  told.set(title.parentNode, title.textContent);
  title.parentNode.setAttribute("data-tip", "");
  title.remove(); // else the browser shows its own tooltip beside ours
}

function show(mark, x, y) {
  state.mark?.removeAttribute("data-on");
  state.mark = mark;
  card.hidden = !mark;
  if (!mark) return;
  mark.setAttribute("data-on", "");
  card.textContent = told.get(mark);
  const { width, height } = card.getBoundingClientRect();
  card.style.left = `${Math.max(12, Math.min(x + 14, innerWidth - width - 12))}px`;
  card.style.top = `${y + 18 + height > innerHeight ? Math.max(8, y - height - 14) : y + 18}px`;
}

// The mark under the pointer, or the one nearest to it: fingers and thin marks are no match.
function near(event) {
  const direct = event.target.closest?.("[data-tip]");
  const lane = event.target.closest?.("svg:not(.over)")?.closest(".row");
  if (!lane) return direct ?? null;
  const reach = event.pointerType === "touch" ? 16 : 5;
  let best = direct ?? null;
  let least = best ? (best.matches(".lane") ? reach : 0) : reach;
  for (const mark of lane.querySelectorAll("[data-tip].small")) {
    const box = mark.getBoundingClientRect();
    const away = Math.max(box.left - event.clientX, event.clientX - box.right, 0);
    if (away < least || (away === least && best === null)) [best, least] = [mark, away];
  }
  return best;
}

inner.addEventListener("pointermove", (event) => {
  if (event.pointerType === "mouse" && !state.pinned) show(near(event), event.clientX, event.clientY);
});
inner.addEventListener("pointerleave", () => state.pinned || show(null));
inner.addEventListener("click", (event) => {
  const mark = near(event);
  state.pinned = mark !== null && !(state.pinned && mark === state.mark);
  show(state.pinned ? mark : null, event.clientX, event.clientY);
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    state.pinned = false;
    show(null);
  }
});
addEventListener("scroll", () => show(null), { passive: true });

function zoom(step) {
  const at = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, ZOOMS.indexOf(state.zoom) + step))];
  const middle = (chart.scrollLeft + chart.clientWidth / 2) / inner.clientWidth;
  state.zoom = at;
  inner.style.setProperty("--zoom", String(at));
  chart.scrollLeft = middle * inner.clientWidth - chart.clientWidth / 2;
  byId("out").disabled = at === ZOOMS[0];
  byId("in").disabled = at === ZOOMS.at(-1);
}
document.querySelector(".zoom").hidden = false;
byId("in").addEventListener("click", () => zoom(1));
byId("out").addEventListener("click", () => zoom(-1));
zoom(0);
