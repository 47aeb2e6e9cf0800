// The map as a PNG with its title and its caveat on it, for a ticket.

function savePicture(canvases, title, caveat) {
  const ratio = pixelRatio();
  const top = 46 * ratio;
  const picture = document.createElement("canvas");
  picture.width = canvases[0].width;
  picture.height = canvases[0].height + top;
  const context = picture.getContext("2d");
  context.fillStyle = colours.page;
  context.fillRect(0, 0, picture.width, picture.height);
  for (const canvas of canvases) context.drawImage(canvas, 0, top);
  context.fillStyle = colours.text;
  context.font = `600 ${16 * ratio}px system-ui, sans-serif`;
  context.fillText(title, 12 * ratio, 21 * ratio);
  context.font = `${11 * ratio}px system-ui, sans-serif`;
  context.fillText(caveat, 12 * ratio, 38 * ratio);
  picture.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "catchment.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000); // after the browser has taken it
  });
}
