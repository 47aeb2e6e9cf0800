// The card beside the pointer: follows it over clients and sites, stays when a client was clicked or found.

const REACH_PX = 4; // of the pointer, in CSS pixels; a finger gets three times that

class Cards {
  constructor(card, map, layers, choose) {
    Object.assign(this, { card, map, layers, choose });
  }

  showClient(row, pinned) {
    fillClientCard(this.card, this.layers.clients, state.which, row, colourOf);
    this.card.classList.toggle("pinned", pinned);
    if (pinned) {
      const close = element("button", "×", "close");
      close.type = "button";
      close.setAttribute("aria-label", "Close");
      close.addEventListener("click", () => this.release());
      this.card.append(close);
    }
    this.card.hidden = false;
  }

  // Beside a spot of the map, on the side where there is room; a phone's style sheet puts it at the bottom.
  place(x, y) {
    const { offsetWidth, offsetHeight } = this.card;
    const left = x + 16 + offsetWidth > this.map.clientWidth ? x - offsetWidth - 16 : x + 16;
    this.card.style.left = `${Math.max(8, left)}px`;
    this.card.style.top = `${Math.max(8, Math.min(y + 12, this.map.clientHeight - offsetHeight - 8))}px`;
  }

  // From the search box: goes there.
  pin(row) {
    const { points, stage } = this.layers;
    state.pinned = row;
    const x = points.places.x[row];
    if (!Number.isNaN(x)) stage.show(x, points.places.y[row], 5);
    this.layers.drawSites();
    this.showClient(row, true);
    this.place(this.map.clientWidth / 2, this.map.clientHeight / 2);
  }

  release() {
    const drawn = state.pinned !== null;
    state.pinned = null;
    this.card.hidden = true;
    if (drawn) this.layers.drawSites();
  }

  hover(x, y) {
    if (state.pinned !== null) return;
    const site = this.layers.sites.nearest(x, y);
    const row = site ? -1 : this.#client(x, y, REACH_PX);
    this.map.classList.toggle("over", Boolean(site) || row >= 0);
    this.card.classList.remove("pinned");
    if (site) fillSiteCard(this.card, site.target, site.at, site.colour);
    else if (row >= 0) this.showClient(row, false);
    this.card.hidden = !site && row < 0;
    this.place(x, y);
  }

  click(x, y) {
    const site = this.layers.sites.nearest(x, y);
    const row = site ? -1 : this.#client(x, y, 3 * REACH_PX);
    this.release();
    if (site) this.choose(site.index);
    if (row < 0) return;
    state.pinned = row;
    this.layers.drawSites();
    this.showClient(row, true);
    this.place(x, y);
  }

  #client(x, y, reach) {
    const { points } = this.layers;
    const ratio = pixelRatio();
    return points.nearest(x * ratio, y * ratio, reach * ratio + points.dot / 2, codes, palette);
  }
}
