/** @file What a HEIC says about its colours: `colr` properties of its primary picture (ISO/IEC 23008-12, 14496-12 12.1.5). */
import { iccProfileOf, primariesOf } from './icc-profile.js';

interface Box {
  readonly type: string;
  readonly body: Buffer;
}

const fullBoxBytes = 4;

/** The ICC profile that the numbers of the decoded picture need; undefined where they are sRGB already, or nothing is said. */
export function colourProfileOf(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const colours = coloursOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const embedded = colours.find((colour) => ['prof', 'rICC'].includes(typeOf(colour)));
    if (embedded) return embedded.subarray(4);
    const coded = colours.find((colour) => typeOf(colour) === 'nclx');
    const primaries = coded && primariesOf(coded.readUInt16BE(4));
    return primaries && iccProfileOf(primaries);
  } catch (error) {
    // Boxes that lie about their length end here; the picture itself was decoded.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const typeOf = (colour: Buffer) => colour.toString('latin1', 0, 4);

function coloursOf(bytes: Buffer): Buffer[] {
  const meta = boxesOf(bytes)
    .find(({ type }) => type === 'meta')
    ?.body.subarray(fullBoxBytes);
  if (!meta) return [];
  const inMeta = boxesOf(meta);
  const primary = inMeta.find(({ type }) => type === 'pitm')?.body;
  const properties = boxesOf(inMeta.find(({ type }) => type === 'iprp')?.body ?? Buffer.alloc(0));
  const container = boxesOf(properties.find(({ type }) => type === 'ipco')?.body ?? Buffer.alloc(0));
  const associations = properties.find(({ type }) => type === 'ipma')?.body;
  if (!primary || !associations) return [];
  const item = primary[0] === 0 ? primary.readUInt16BE(fullBoxBytes) : primary.readUInt32BE(fullBoxBytes);
  return propertiesOf(associations, item).flatMap((index) => {
    const property = container[index - 1];
    return property?.type === 'colr' ? [property.body] : [];
  });
}

function boxesOf(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const head = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? bytes.length - at : short;
    if (length < head) throw new RangeError(`box '${type}' is shorter than its head`);
    boxes.push({ type, body: bytes.subarray(at + head, at + length) });
    at += length;
  }
  return boxes;
}

/** Places, from 1, of an item's properties in their container. */
function propertiesOf(associations: Buffer, item: number): number[] {
  const version = associations[0];
  const isWide = (associations.readUIntBE(1, 3) & 1) === 1;
  const count = associations.readUInt32BE(fullBoxBytes);
  let at = fullBoxBytes + 4;
  for (let entry = 0; entry < count; entry += 1) {
    const id = version === 0 ? associations.readUInt16BE(at) : associations.readUInt32BE(at);
    at += version === 0 ? 2 : 4;
    const properties = associations.readUInt8(at);
    at += 1;
    const found: number[] = [];
    for (let property = 0; property < properties; property += 1) {
      found.push(isWide ? associations.readUInt16BE(at) & 0x7fff : associations.readUInt8(at) & 0x7f);
      at += isWide ? 2 : 1;
    }
    if (id === item) return found;
  }
  return [];
}
