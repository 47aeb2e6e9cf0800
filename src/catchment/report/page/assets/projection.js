// Equal Earth: areas are true, so a crowd of clients looks as large as it is.
// Savric, Patterson, Jenny 2018, "The Equal Earth map projection", doi:10.1080/13658816.2018.1504949,
// equations 8 and 9 with the coefficients of table 1. Units: radians in, Earth radii out, y upwards.
"use strict";

const EARTH = { a1: 1.340264, a2: -0.081106, a3: 0.000893, a4: 0.003796, m: Math.sqrt(3) / 2 };
const WORLD_X = 2.7066; // half the width of the map
const WORLD_Y = 1.3174; // half its height

// lonDeg is relative to the middle meridian, -180 to 180.
function equalEarth(lonDeg, latDeg) {
  const { a1, a2, a3, a4, m } = EARTH;
  const t = Math.asin(m * Math.sin((latDeg * Math.PI) / 180));
  const t2 = t * t;
  const t6 = t2 * t2 * t2;
  const x = (lonDeg * Math.PI * Math.cos(t)) / 180 / (m * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)));
  return [x, t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))];
}

function fromMiddle(lonDeg, middleDeg) {
  return ((((lonDeg - middleDeg + 180) % 360) + 360) % 360) - 180;
}
