// The map under the points: the globe's outline, meridians and parallels, the countries.

function worldPaths(columns) {
  const land = new Path2D();
  let from = 0;
  for (const length of columns["world.length"]) {
    for (let i = from; i < from + length; i++) {
      const [x, y] = equalEarth((columns["world.lon"][i] / 65535) * 360 - 180, (columns["world.lat"][i] / 65535) * 180 - 90);
      if (i === from) land.moveTo(x, y);
      else land.lineTo(x, y);
    }
    land.closePath();
    from += length;
  }
  const line = (path, points) => points.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y)));
  const meridian = (lonDeg) => Array.from({ length: 61 }, (_, i) => equalEarth(lonDeg, i * 3 - 90));
  const globe = new Path2D();
  line(globe, [...meridian(-180), ...meridian(180).reverse()]);
  globe.closePath();
  const grid = new Path2D();
  for (let lon = -150; lon < 180; lon += 30) line(grid, meridian(lon));
  for (let lat = -60; lat < 90; lat += 30) line(grid, [equalEarth(-180, lat), equalEarth(180, lat)]);
  return { land, globe, grid };
}

function drawWorld(canvas, paths, view, colours, pixelRatio) {
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = colours.page;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(view.scale, 0, 0, -view.scale, view.x, view.y);
  const hair = pixelRatio / view.scale;
  context.fillStyle = colours.sea;
  context.fill(paths.globe);
  context.lineWidth = 0.7 * hair;
  context.strokeStyle = colours.grid;
  context.stroke(paths.grid);
  context.lineJoin = "round";
  context.fillStyle = colours.land;
  context.fill(paths.land);
  context.strokeStyle = colours.border;
  context.stroke(paths.land);
}
