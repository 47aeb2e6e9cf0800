// One shape per site, for eyes and screens that do not tell the colours apart. SVG paths in a 2x2 square
// around 0,0; the same shape is the stamp of a point, the middle of a site's circle and the sign in the table.

const MARKS = [
  "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z", // disc
  "M-.85-.85H.85V.85H-.85Z", // square
  "M0-1.1L1.1 0L0 1.1L-1.1 0Z", // diamond
  "M0-1L1.05.8H-1.05Z", // triangle
  "M0 1L1.05-.8H-1.05Z", // triangle, point down
  "M-.35-1H.35V-.35H1V.35H.35V1H-.35V.35H-1V-.35H-.35Z", // plus
  "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0ZM.45 0A.45.45 0 1 0-.45 0A.45.45 0 1 0 .45 0Z", // ring
  "M-1-.6L-.6-1L0-.4L.6-1L1-.6L.4 0L1 .6L.6 1L0 .4L-.6 1L-1 .6L-.4 0Z", // cross: hijackers and no site
];
const CROSS = MARKS.length - 1;
const markOf = (target) => (target.mark < 0 ? CROSS : target.mark);

// Offsets [dx, dy, ...] of the pixels of each mark in a square of `size` pixels.
function stamps(size) {
  const context = document.createElement("canvas").getContext("2d");
  return MARKS.map((shape) => {
    const path = new Path2D(shape);
    const offsets = [];
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const u = ((x + 0.5) / size) * 2.2 - 1.1;
        const v = ((y + 0.5) / size) * 2.2 - 1.1;
        if (context.isPointInPath(path, u, v)) offsets.push(x, y);
      }
    }
    return offsets;
  });
}

function markImage(mark, colour) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "-1.2 -1.2 2.4 2.4");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", MARKS[mark]);
  path.setAttribute("fill", colour);
  svg.append(path);
  return svg;
}
