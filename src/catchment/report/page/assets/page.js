// The page put together: unpack, draw, and redraw what the reader's choices change.

async function start() {
  const columns = await unpackColumns(byId("data").textContent, facts.columns);
  const map = byId("map");
  const outlines = worldPaths(columns);
  const layers = {
    clients: new Clients(columns, facts),
    points: new PointLayer(byId("points"), placeClients(columns, facts.middleDeg)),
    sites: new SiteLayer(byId("sites"), facts.targets, facts.middleDeg),
    drawSites: () => layers.sites.draw(state, colours, pixelRatio(), layers.stage.grow, pinnedPlace(layers)),
  };
  const redraw = () => {
    drawWorld(byId("base"), outlines, state.view, colours, pixelRatio());
    layers.points.layout(state.view, layers.stage.dot);
    recolour();
  };
  const recolour = () => {
    layers.points.paint(codes, palette, marks, last);
    layers.drawSites();
  };
  layers.stage = new Stage(map, redraw);
  const update = () => {
    encode(layers.clients);
    choosePalette();
    if (layers.points.image) recolour();
    describe(layers.clients);
    if (state.pinned !== null) layers.cards.showClient(state.pinned, true);
  };
  const choose = (key) => {
    state.only = state.only === key ? null : key;
    update();
  };
  layers.cards = new Cards(byId("card"), map, layers, choose);
  wireLegend(byId("legend"), choose);
  readColours();
  layers.stage.resize();
  update();
  redraw();
  wire(layers, { update, redraw, choose });
  new ResizeObserver(() => layers.stage.resize()).observe(map);
  byId("wait").remove();
  offerToTests(layers);
}

const pinnedPlace = ({ points }) =>
  state.pinned === null ? null : { x: points.places.x[state.pinned], y: points.places.y[state.pinned] };

// Everything around the map that says what is on it.
function describe(clients) {
  const has = (test) => facts.targets.some(test);
  colourLegend(byId("legend"), facts.targets);
  drawKey(byId("key"), {
    hijack: has((target) => target.hijacker),
    nowhere: clients.get(state.which, "target").includes(NOWHERE),
    capacity: has((target) => target.capacity),
  });
  for (const part of document.querySelectorAll("ul[data-view], tbody[data-view]")) {
    part.hidden = part.dataset.view !== state.which;
  }
  for (const button of byId("which").children) {
    button.setAttribute("aria-pressed", String(button.dataset.view === state.which));
  }
  byId("title").textContent = state.which === "now" ? facts.title : facts.before;
}

function wire({ clients, stage, cards }, { update, redraw, choose }) {
  const on = (id, event, act) => byId(id).addEventListener(event, act);
  const letGo = () => {
    cards.release();
    if (state.only !== null) choose(state.only);
  };
  const theme = (dark) => {
    state.dark = dark;
    readColours();
    update();
    redraw();
  };
  wirePointer(byId("map"), stage, cards);
  wireKeys(byId("map"), stage, letGo);
  wireSearch(byId("search"), byId("found"), clients, (row) => cards.pin(row));
  on("nearer", "click", () => stage.zoomAt(1.6));
  on("farther", "click", () => stage.zoomAt(1 / 1.6));
  on("whole", "click", () => stage.whole());
  on("theme", "click", () => theme(!state.dark));
  darkWish.addEventListener("change", () => theme(darkWish.matches));
  const caveat = document.querySelector(".evidence").textContent;
  on("save", "click", () => savePicture(stage.canvases, byId("title").textContent, caveat));
  on("shade", "change", (event) => {
    state.shade = event.target.checked;
    update();
  });
  if (facts.before !== null) wireBefore(clients, update, on);
}

function wireBefore(clients, update, on) {
  byId("which").hidden = false;
  byId("moved-label").hidden = false;
  let moved = 0;
  for (let i = 0; i < clients.n; i++) moved += clients.moved(i);
  byId("moved-count").textContent = `(${moved.toLocaleString("en")})`;
  on("moved", "change", (event) => {
    state.movedOnly = event.target.checked;
    update();
  });
  for (const button of byId("which").children) {
    button.addEventListener("click", () => {
      state.which = button.dataset.view;
      update();
    });
  }
}

// Numbers of what is drawn, for tests and the curious.
function offerToTests({ clients, points, sites, stage }) {
  Object.assign(window.catchmentMap, {
    state,
    size: () => ({ clients: clients.n, dot: points.dot, labelled: sites.labelled }),
    // Points by the name of their target, as they are coloured now.
    counts() {
      const counts = {};
      const target = clients.get(state.which, "target");
      for (let i = 0; i < clients.n; i++) {
        if (palette[codes[i]] === 0) continue;
        const name = target[i] === NOWHERE ? "" : facts.targets[target[i]].name;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    },
    // Median milliseconds of colouring every point anew.
    recolourMs(times = 21) {
      const took = Array.from({ length: times }, () => {
        const from = performance.now();
        points.paint(codes, palette, marks, last);
        return performance.now() - from;
      });
      return took.sort((a, b) => a - b)[times >> 1];
    },
    // Where a client is drawn, in CSS pixels of the window; null when it is out of sight.
    whereIs(asn) {
      const p = points.at[clients.row(asn)];
      if (p === undefined || p < 0) return null;
      const box = stage.map.getBoundingClientRect();
      const middle = points.dot / 2;
      return {
        x: box.left + ((p % stage.width) + middle) / pixelRatio(),
        y: box.top + (Math.floor(p / stage.width) + middle) / pixelRatio(),
      };
    },
  });
}

window.catchmentMap = {};
window.catchmentMap.ready = start().catch((error) => {
  byId("wait").textContent = `The map could not be drawn: ${error.message}`;
  throw error;
});
