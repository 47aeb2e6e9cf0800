// The clients: one small square or stamp each, written straight into the canvas's pixels. 80,000 of them are
// recoloured in about half a millisecond that way, without a GPU. A colour of 0 leaves a point out.

const SPREAD = 0.0034; // Earth radii between neighbours of one place's spiral: about 0.7 px on a laptop
const WIDEST = 0.3; // of a spiral, Earth radii: the United States are wider
const STAMP_PX = 5; // from this size on a point shows its site's mark

// Where each client is drawn: its place, moved along a sunflower spiral (Vogel 1979) when others are there too.
// The order along the spiral is mixed but fixed: AS numbers follow the years, and would make rings.
function placeClients(columns, middleDeg) {
  const { asn, lon, lat } = columns;
  const key = (i) => (lon[i] === 0xffff || lat[i] === 0xffff ? -1 : lon[i] * 65536 + lat[i]);
  const crowd = new Map();
  for (let i = 0; i < asn.length; i++) crowd.set(key(i), (crowd.get(key(i)) ?? 0) + 1);
  const x = new Float32Array(asn.length).fill(NaN);
  const y = new Float32Array(asn.length).fill(NaN);
  const turn = Math.PI * (3 - Math.sqrt(5));
  const placed = new Map();
  for (const i of mixed(asn)) {
    const place = key(i);
    if (place < 0) continue;
    const k = placed.get(place) ?? 0;
    placed.set(place, k + 1);
    const lonDeg = fromMiddle((lon[i] / 65534) * 360 - 180, middleDeg);
    const [px, py] = equalEarth(lonDeg, (lat[i] / 65534) * 180 - 90);
    const r = Math.min(SPREAD, WIDEST / Math.sqrt(crowd.get(place))) * Math.sqrt(k);
    x[i] = px + r * Math.cos(k * turn);
    y[i] = py + r * Math.sin(k * turn);
  }
  return { x, y };
}

// Rows in the order of a hash of their AS numbers (multiplicative: Knuth, TAOCP 3, section 6.4); the row rides in
// the lowest 20 of a double's 53 bits, so up to a million clients.
function mixed(asn) {
  const hash = new Float64Array(asn.length);
  for (let i = 0; i < asn.length; i++) hash[i] = (Math.imul(asn[i], 2654435761) >>> 0) * 2 ** 20 + i; // ties by row
  return hash.sort().map((value) => value % 2 ** 20);
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
