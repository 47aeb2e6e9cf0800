// The reader's hands: pointers (drag, pinch, wheel, click, hover) and keys, told to the stage and the cards.

function wirePointer(map, stage, cards) {
  const down = new Map();
  let travelled = 0;
  const at = (event) => {
    const box = map.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  map.addEventListener("pointerdown", (event) => {
    down.set(event.pointerId, at(event));
    travelled = down.size === 1 ? 0 : Infinity;
    map.setPointerCapture(event.pointerId);
  });
  map.addEventListener("pointermove", (event) => {
    const here = at(event);
    const was = down.get(event.pointerId);
    if (!was) return cards.hover(here.x, here.y);
    travelled += Math.hypot(here.x - was.x, here.y - was.y);
    if (travelled <= 3) return;
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    const ratio = pixelRatio();
    if (other) {
      const apart = (p) => Math.hypot(p.x - other.x, p.y - other.y) || 1;
      const middle = [((here.x + other.x) / 2) * ratio, ((here.y + other.y) / 2) * ratio];
      stage.zoomAt(apart(here) / apart(was), ...middle);
    } else {
      if (state.pinned === null) cards.release();
      stage.move((here.x - was.x) * ratio, (here.y - was.y) * ratio);
    }
    down.set(event.pointerId, here);
  });
  const up = (event) => {
    const { x, y } = at(event);
    const known = down.delete(event.pointerId);
    if (known && event.type === "pointerup" && travelled <= 3) cards.click(x, y);
  };
  map.addEventListener("pointerup", up);
  map.addEventListener("pointercancel", up);
  map.addEventListener("pointerleave", () => {
    if (state.pinned === null) cards.release();
  });
  const wheel = (event) => {
    event.preventDefault();
    const { x, y } = at(event);
    const lines = event.deltaMode === 1 ? 30 : 1; // Firefox counts in lines
    stage.zoomAt(Math.exp(-0.0016 * lines * event.deltaY), x * pixelRatio(), y * pixelRatio());
  };
  map.addEventListener("wheel", wheel, { passive: false });
}

function wireKeys(map, stage, letGo) {
  const step = () => 60 * pixelRatio();
  const anywhere = {
    "+": () => stage.zoomAt(1.5),
    "=": () => stage.zoomAt(1.5),
    "-": () => stage.zoomAt(1 / 1.5),
    0: () => stage.whole(),
    Escape: letGo,
  };
  const onTheMap = {
    ArrowLeft: () => stage.move(step(), 0),
    ArrowRight: () => stage.move(-step(), 0),
    ArrowUp: () => stage.move(0, step()),
    ArrowDown: () => stage.move(0, -step()),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "Escape" && event.target.matches("input[type=search]")) return;
    const act = anywhere[event.key] ?? (event.target === map ? onTheMap[event.key] : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
