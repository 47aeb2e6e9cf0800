// Where on the map the reader is: zoom, move, fit. Everything is in device pixels until a card is placed.

const MOST_ZOOM = 80;
const pixelRatio = () => Math.min(window.devicePixelRatio || 1, 3);

class Stage {
  constructor(map, redraw) {
    this.map = map;
    this.canvases = [...map.querySelectorAll("canvas")];
    this.redraw = redraw;
    this.waiting = false;
  }

  get width() {
    return this.canvases[0].width;
  }

  get height() {
    return this.canvases[0].height;
  }

  // 1 on a desk, down to 0.6 on a phone.
  get grow() {
    return Math.min(1, Math.max(0.6, this.width / pixelRatio() / 900));
  }

  get fit() {
    return 0.97 * Math.min(this.width / (2 * WORLD_X), this.height / (2 * WORLD_Y));
  }

  get dot() {
    return Math.max(2, Math.round(2 * this.grow * pixelRatio() * Math.min(5, state.zoom ** 0.55)));
  }

  zoomAt(factor, x = this.width / 2, y = this.height / 2) {
    const { view } = state;
    const scale = Math.min(MOST_ZOOM * this.fit, Math.max(this.fit, view.scale * factor));
    view.x = x + ((view.x - x) * scale) / view.scale;
    view.y = y + ((view.y - y) * scale) / view.scale;
    view.scale = scale;
    this.hold();
  }

  move(dx, dy) {
    state.view.x += dx;
    state.view.y += dy;
    this.hold();
  }

  whole() {
    state.view.scale = this.fit;
    this.hold();
  }

  show(x, y, zoom) {
    const scale = Math.max(state.view.scale, zoom * this.fit);
    state.view = { scale, x: this.width / 2 - x * scale, y: this.height / 2 + y * scale };
    this.hold();
  }

  // Keeps the world in sight and asks for a drawing.
  hold() {
    const { view } = state;
    state.zoom = Math.max(1, view.scale / this.fit);
    const margin = 0.25 * Math.min(1, state.zoom - 1);
    const within = (at, half, room) => {
      const free = Math.max(0, half * view.scale - room / 2) + room * margin;
      return Math.min(room / 2 + free, Math.max(room / 2 - free, at));
    };
    view.x = within(view.x, WORLD_X, this.width);
    view.y = within(view.y, WORLD_Y, this.height);
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.redraw();
    });
  }

  resize() {
    const { width, height } = this.map.getBoundingClientRect();
    const x = (state.view.x - this.width / 2) / state.view.scale;
    const y = (state.view.y - this.height / 2) / state.view.scale;
    for (const canvas of this.canvases) {
      canvas.width = Math.max(2, Math.round(width * pixelRatio()));
      canvas.height = Math.max(2, Math.round(height * pixelRatio()));
    }
    const scale = this.fit * state.zoom;
    state.view = { scale, x: this.width / 2 + x * scale, y: this.height / 2 + y * scale };
    this.hold();
  }
}
