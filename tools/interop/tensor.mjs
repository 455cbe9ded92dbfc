// Little-endian tensor bytes to numbers, by the element types of the Avro enum TensorType.

/** IEEE 754 binary16: one sign bit, five of exponent (bias 15), ten of fraction. */
export function float16(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The upper half of a binary32. */
export function bfloat16(bits) {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

const TYPES = {
  FLOAT16: { size: 2, read: (view, at) => float16(view.getUint16(at, true)) },
  BFLOAT16: { size: 2, read: (view, at) => bfloat16(view.getUint16(at, true)) },
  FLOAT32: { size: 4, read: (view, at) => view.getFloat32(at, true) },
};

/** All elements of a tensor; throws if the bytes are not as many as the shape asks for. */
export function elements(bytes, type, shape) {
  const { size, read } = TYPES[type];
  const count = shape.reduce((product, side) => product * side, 1);
  if (bytes.length !== count * size) {
    throw new Error(`${bytes.length} bytes do not hold ${shape.join(' x ')} elements of ${size} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: count }, (_, i) => read(view, i * size));
}
