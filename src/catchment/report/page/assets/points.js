// The clients: one small square or stamp each, written straight into the canvas's pixels. 80,000 of them are
// recoloured in about half a millisecond that way, without a GPU. A colour of 0 leaves a point out.

const SPREAD = 0.0034; // Earth radii between neighbours of one place's spiral: about 0.7 px on a laptop
const STAMP_PX = 5; // from this size on a point shows its site's mark

// Where each client is drawn: its place, moved along a sunflower spiral (Vogel 1979) when others are there too.
function placeClients(columns, middleDeg) {
  const n = columns.asn.length;
  const x = new Float32Array(n);
  const y = new Float32Array(n);
  const seen = new Map();
  const turn = Math.PI * (3 - Math.sqrt(5));
  for (let i = 0; i < n; i++) {
    const lon = columns.lon[i];
    const lat = columns.lat[i];
    if (lon === 0xffff || lat === 0xffff) {
      x[i] = NaN;
      continue;
    }
    const key = lon * 65536 + lat;
    const k = seen.get(key) ?? 0;
    seen.set(key, k + 1);
    const lonDeg = (lon / 65534) * 360 - 180;
    const [px, py] = equalEarth(fromMiddle(lonDeg, middleDeg), (lat / 65534) * 180 - 90);
    const r = k === 0 ? 0 : SPREAD * Math.sqrt(k);
    x[i] = px + r * Math.cos(k * turn);
    y[i] = py + r * Math.sin(k * turn);
  }
  return { x, y };
}

class PointLayer {
  constructor(canvas, places) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.places = places;
    this.at = new Int32Array(places.x.length); // the pixel of each point's upper left corner, -1 when not seen
  }

  // view: {x, y, scale} in device pixels; dot: side of a point in device pixels.
  layout(view, dot) {
    const { width, height } = this.canvas;
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = this.context.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    if (dot !== this.dot) this.stamps = dot >= STAMP_PX ? stamps(dot) : null;
    this.dot = dot;
    const { x, y } = this.places;
    const left = view.x - dot / 2;
    const top = view.y - dot / 2;
    for (let i = 0; i < x.length; i++) {
      const px = Math.floor(left + x[i] * view.scale);
      const py = Math.floor(top - y[i] * view.scale);
      this.at[i] = px >= 0 && py >= 0 && px <= width - dot && py <= height - dot ? py * width + px : -1;
    }
  }

  // codes[i] picks palette[code] (an RGBA word) and marks[code]; `last` are rows to draw over the others.
  paint(codes, palette, marks, last) {
    this.pixels.fill(0);
    this.offsets = this.stamps?.map((pairs) => {
      const flat = new Int32Array(pairs.length / 2);
      for (let j = 0; j < flat.length; j++) flat[j] = pairs[2 * j] + pairs[2 * j + 1] * this.canvas.width;
      return flat;
    });
    if (this.dot === 2) this.#paintTwoByTwo(codes, palette);
    else for (let i = 0; i < this.at.length; i++) this.#paintOne(i, codes[i], palette, marks);
    for (const i of last) this.#paintOne(i, codes[i], palette, marks);
    this.context.putImageData(this.image, 0, 0);
  }

  #paintTwoByTwo(codes, palette) {
    const { at, pixels } = this;
    const width = this.canvas.width;
    for (let i = 0; i < at.length; i++) {
      const p = at[i];
      const colour = palette[codes[i]];
      if (p < 0 || colour === 0) continue;
      pixels[p] = pixels[p + 1] = pixels[p + width] = pixels[p + width + 1] = colour;
    }
  }

  #paintOne(i, code, palette, marks) {
    const p = this.at[i];
    const colour = palette[code];
    if (p < 0 || colour === 0) return;
    if (this.offsets) {
      for (const offset of this.offsets[marks[code]]) this.pixels[p + offset] = colour;
      return;
    }
    const { pixels, dot } = this;
    const width = this.canvas.width;
    for (let row = p; row < p + dot * width; row += width) {
      for (let q = row; q < row + dot; q++) pixels[q] = colour;
    }
  }

  // The drawn point nearest to a device pixel, or -1 when none is within `reach` pixels. A plain scan: 1 ms.
  nearest(px, py, reach, codes, palette) {
    const width = this.canvas.width;
    let best = -1;
    let bestDistance = reach * reach;
    for (let i = 0; i < this.at.length; i++) {
      const p = this.at[i];
      if (p < 0 || palette[codes[i]] === 0) continue;
      const dx = (p % width) + this.dot / 2 - px;
      const dy = Math.floor(p / width) + this.dot / 2 - py;
      const distance = dx * dx + dy * dy;
      if (distance <= bestDistance) {
        best = i;
        bestDistance = distance;
      }
    }
    return best;
  }
}
