// The sites: circles whose area is their share, with their mark, name and percentage; crossed out when down.

const LARGEST_PX = 62; // radius of a site that has everything
const MARK_PX = 5; // half the side of a site's mark; less where hundreds of sites would hide the clients
const ROOMY = 60; // as many sites as have room for full marks and labels on the whole world

function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  return share >= 0.0995 ? `${Math.round(share * 100)} %` : `${(share * 100).toFixed(1)} %`;
}

class SiteLayer {
  constructor(canvas, targets, middleDeg) {
    this.canvas = canvas;
    this.targets = targets.map((target) => {
      const [x, y] = equalEarth(fromMiddle(target.lon, middleDeg), target.lat);
      return { ...target, x, y };
    });
  }

  // `grow` is 1 on a desk and less on a phone; `pinned` is a client's {x, y} or null.
  draw(state, colours, pixelRatio, grow, pinned) {
    const context = this.canvas.getContext("2d");
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawn = [];
    const { view } = state;
    const onScreen = ({ x, y }) => ({
      x: (view.x + x * view.scale) / pixelRatio,
      y: (view.y - y * view.scale) / pixelRatio,
    });
    this.room = ROOMY * state.zoom ** 1.5;
    const size = MARK_PX * Math.max(0.4, Math.min(1, Math.sqrt(this.room / this.targets.length)));
    for (const [index, target] of this.targets.entries()) {
      const at = target[state.which];
      if (!at || target.lat === null || (state.only !== null && state.only !== index)) continue;
      const { x, y } = onScreen(target);
      const r = Math.max(size, LARGEST_PX * grow * Math.sqrt(at.share));
      this.drawn.push({ index, target, at, x, y, r, size, colour: target.colour[state.dark ? 1 : 0] });
    }
    this.drawn.sort((a, b) => b.at.share - a.at.share || a.index - b.index);
    for (const site of this.drawn) this.#circle(context, site, colours);
    this.#labels(context, colours, pixelRatio, grow);
    if (pinned) this.#pinned(context, onScreen(pinned), colours);
  }

  #circle(context, { target, at, x, y, r, size, colour }, colours) {
    const mark = new Path2D();
    mark.addPath(new Path2D(MARKS[at.up ? markOf(target) : CROSS]), { a: size, d: size, e: x, f: y });
    const circle = new Path2D();
    circle.arc(x, y, r, 0, 2 * Math.PI);
    if (at.up && r > size) {
      context.globalAlpha = 0.16;
      context.fillStyle = colour;
      context.fill(circle);
      context.globalAlpha = 1;
      context.lineWidth = 3.5;
      context.strokeStyle = colours.halo;
      context.stroke(circle);
      context.lineWidth = 2;
      context.strokeStyle = colour;
      context.stroke(circle);
    }
    context.lineJoin = "round";
    context.lineWidth = 0.7 * size;
    context.strokeStyle = colours.halo;
    context.stroke(mark);
    context.fillStyle = at.up ? colour : colours.text;
    context.fill(mark, "evenodd");
    if (target.capacity && at.up) this.#capacity(context, x, y, r, at.weight / target.capacity, colours);
  }

  // A ring outside the circle: how much of the capacity is used, from twelve o'clock; doubled when over.
  #capacity(context, x, y, r, load, colours) {
    context.lineWidth = load > 1 ? 4 : 2.5;
    context.strokeStyle = load > 1 ? colours.alarm : colours.text;
    context.beginPath();
    context.arc(x, y, r + 4.5, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * Math.min(load, 1));
    context.stroke();
  }

  // Largest first; a label goes where it covers no label and no other site's middle, or is left out.
  #labels(context, colours, pixelRatio, grow) {
    const large = this.drawn.slice(0, this.room);
    const taken = large.map(({ x, y }) => [x - 6, y - 6, x + 6, y + 6]);
    const overlaps = (a) => taken.some((b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]);
    const width = this.canvas.width / pixelRatio;
    const plain = `${grow < 1 ? 11 : 12}px system-ui, sans-serif`;
    const bold = `600 ${plain}`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    this.labelled = 0;
    for (const { target, at, x, y, r } of large) {
      if (x < -r || y < -r || x > width + r) continue;
      const share = at.up ? percent(at.share) : "down";
      context.font = bold;
      const nameWidth = context.measureText(target.name).width;
      context.font = plain;
      const w = nameWidth + 5 + context.measureText(share).width;
      const gap = Math.min(r, 40) + 6;
      const corners = [
        [x + gap, y - 8],
        [x - gap - w, y - 8],
        [x - w / 2, y - gap - 15],
        [x - w / 2, y + gap],
        [x + 7, y - gap - 9],
        [x + 7, y + gap - 6],
        [x - 7 - w, y - gap - 9],
        [x - 7 - w, y + gap - 6],
      ];
      const corner = corners.find(([left, top]) => left > 2 && left + w < width - 2 && !overlaps([left - 2, top, left + w + 2, top + 16]));
      if (!corner) continue;
      const [left, top] = corner;
      taken.push([left - 2, top, left + w + 2, top + 16]);
      this.labelled++;
      context.lineWidth = 3.5;
      context.strokeStyle = colours.halo;
      context.strokeText(share, left + nameWidth + 5, top + 8);
      context.fillStyle = colours.text;
      context.fillText(share, left + nameWidth + 5, top + 8);
      context.font = bold;
      context.strokeText(target.name, left, top + 8);
      context.fillText(target.name, left, top + 8);
      if (!at.up) context.fillRect(left, top + 8, nameWidth, 1.3);
    }
  }

  #pinned(context, { x, y }, colours) {
    for (const [lineWidth, colour] of [[5, colours.halo], [2.2, colours.text]]) {
      context.lineWidth = lineWidth;
      context.strokeStyle = colour;
      context.beginPath();
      context.arc(x, y, 10, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  // The site whose middle is within 9 CSS pixels.
  nearest(x, y) {
    return this.drawn.find((site) => Math.hypot(site.x - x, site.y - y) <= 9) ?? null;
  }
}
