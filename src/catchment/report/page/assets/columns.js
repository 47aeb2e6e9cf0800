// The other end of columns.py: base64, inflate, then byte planes, running sums and exclusive ors undone.

const KINDS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array };

async function unpackColumns(base64, spec) {
  const text = atob(base64);
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const columns = {};
  let from = 0;
  for (const { name, kind, length, running, against } of spec) {
    const width = kind === "text" ? 1 : KINDS[kind].BYTES_PER_ELEMENT;
    const part = bytes.subarray(from, from + length * width);
    from += length * width;
    columns[name] = kind === "text" ? new TextDecoder().decode(part) : column(part, KINDS[kind], length, width);
    if (running) for (let i = 1; i < length; i++) columns[name][i] += columns[name][i - 1];
    if (against) for (let i = 0; i < length; i++) columns[name][i] ^= columns[against][i];
  }
  return columns;
}

function column(planes, Kind, length, width) {
  const bytes = new Uint8Array(length * width);
  for (let plane = 0; plane < width; plane++) {
    for (let i = 0; i < length; i++) bytes[i * width + plane] = planes[plane * length + i];
  }
  return new Kind(bytes.buffer);
}
