/** @file HEIC files put together from one that holds a single coded picture: as cameras write large photos, and with other words about colours. ISO/IEC 14496-12 and 23008-12. */

const u8 = (...values: number[]) => Buffer.from(values);
const u16 = (...values: number[]) => Buffer.concat(values.map((value) => u8(value >> 8, value & 0xff)));
const u32 = (value: number) => u16(value >>> 16, value & 0xffff);

function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...parts]);
  return Buffer.concat([u32(body.length + 4), body]);
}

const fullBox = (type: string, version: number, flags: number, ...parts: readonly Buffer[]) =>
  box(type, u8(version), u8(0), u16(flags), ...parts);

const sizeBox = (width: number, height: number) => fullBox('ispe', 0, 0, u32(width), u32(height));

/** Colours as numbers of ITU-T H.273, in the full range. */
export const nclxBox = (primaries: number, transfer: number, matrix: number) =>
  box('colr', Buffer.from('nclx', 'latin1'), u16(primaries, transfer, matrix), u8(0x80));

export const profileBox = (profile: Uint8Array) => box('colr', Buffer.from('prof', 'latin1'), Buffer.from(profile));

interface Item {
  readonly id: number;
  readonly type: 'hvc1' | 'grid';
  /** From 1. */
  readonly properties: readonly number[];
  readonly data: 'picture' | 'layout';
}

/** What a file of one picture has of it. */
function picked(heic: Buffer, type: string): Buffer {
  const at = heic.indexOf(type, 0, 'latin1') - 4;
  return heic.subarray(at, at + heic.readUInt32BE(at));
}

interface Layout {
  /** The coded picture stands in each place, as tiles of a photo do. */
  readonly columns: number;
  readonly rows: number;
  /** Of the whole, where the last tiles stand out. */
  readonly width: number;
  readonly height: number;
}

/** @param heic of a single coded picture @param colour a `colr` box in place of its own */
export function rebuiltHeic(heic: Buffer, { layout, colour }: { layout?: Layout; colour?: Buffer }): Buffer {
  const picture = picked(heic, 'mdat').subarray(8);
  const colours = colour ?? picked(heic, 'colr');
  const properties = [picked(heic, 'hvcC'), picked(heic, 'ispe'), picked(heic, 'pixi'), colours];
  const items: Item[] = Array.from({ length: layout ? layout.columns * layout.rows : 1 }, (_, index) => ({
    id: index + 1,
    type: 'hvc1',
    properties: [1, 2, 3, 4],
    data: 'picture',
  }));
  const tiles = items.map(({ id }) => id);
  const primary = layout ? items.length + 1 : 1;
  let grid = Buffer.alloc(0);
  if (layout) {
    properties.push(sizeBox(layout.width, layout.height));
    items.push({ id: primary, type: 'grid', properties: [5, 3, 4], data: 'layout' });
    grid = Buffer.concat([u8(0, 0, layout.rows - 1, layout.columns - 1), u16(layout.width, layout.height)]);
  }
  const metaAt = (dataStart: number) => {
    const places = { picture: [dataStart, picture.length], layout: [dataStart + picture.length, grid.length] } as const;
    return fullBox(
      'meta',
      0,
      0,
      fullBox('hdlr', 0, 0, u32(0), Buffer.from('pict', 'latin1'), Buffer.alloc(13)),
      fullBox('pitm', 0, 0, u16(primary)),
      fullBox('iinf', 0, 0, u16(items.length), ...items.map((item) => infoOf(item, primary))),
      ...(layout
        ? [fullBox('iref', 0, 0, box('dimg', u16(primary, tiles.length), Buffer.concat(tiles.map((id) => u16(id)))))]
        : []),
      box(
        'iprp',
        box('ipco', ...properties),
        fullBox('ipma', 0, 0, u32(items.length), ...items.map((item) => associationsOf(item))),
      ),
      fullBox(
        'iloc',
        0,
        0,
        u8(0x44, 0),
        u16(items.length),
        ...items.map(({ id, data }) => Buffer.concat([u16(id, 0, 1), u32(places[data][0]), u32(places[data][1])])),
      ),
    );
  };
  const head = picked(heic, 'ftyp');
  const start = head.length + metaAt(0).length + 8;
  return Buffer.concat([head, metaAt(start), box('mdat', picture, grid)]);
}

/** Only the whole is shown. */
const infoOf = ({ id, type }: Item, primary: number) =>
  fullBox('infe', 2, id === primary ? 0 : 1, u16(id, 0), Buffer.from(`${type}\0`, 'latin1'));

const associationsOf = ({ id, properties }: Item) => Buffer.concat([u16(id), u8(properties.length, ...properties)]);
