/** @file Writes a small photo as a telephone does, lying on its side. Needs ImageMagick's `convert` with HEIC. Usage: tsx heic.ts FILE */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
if (!file) throw new Error('expected a file');

const quarters = ['red', 'lime', 'blue', 'white'].map((colour) => ['-size', '80x60', `xc:${colour}`]);
const [first, second, third, fourth] = quarters as [string[], string[], string[], string[]];
execFileSync('convert', [
  ...['(', ...first, ...second, '+append', ')'],
  ...['(', ...third, ...fourth, '+append', ')'],
  ...['-append', '-quality', '60', `heic:${file}`],
]);

/** To be turned by 90° against the clock when it is shown. */
const rotation = Buffer.from('\0\0\0\x09irot\x01', 'latin1');
let bytes = readFileSync(file);

function insert(at: number, inserted: Buffer, boxes: readonly string[]): void {
  for (const box of boxes) {
    const start = bytes.indexOf(box) - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(start) + inserted.length, start);
  }
  bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
}

// The rotation is the property after those that are there, and belongs to the only picture.
const properties = bytes.indexOf('ipco') - 4;
const end = properties + bytes.readUInt32BE(properties);
let count = 0;
for (let at = properties + 8; at < end; at += bytes.readUInt32BE(at)) count += 1;
insert(end, rotation, ['ipco', 'iprp', 'meta']);
const associations = bytes.indexOf('ipma') - 4;
const known = associations + 18;
insert(associations + bytes.readUInt32BE(associations), Buffer.from([0x80 | (count + 1)]), ['ipma', 'iprp', 'meta']);
bytes[known] = bytes[known]! + 1;
// The picture itself has moved by as much.
const location = bytes.indexOf('iloc') + 16;
bytes.writeUInt32BE(bytes.readUInt32BE(location) + rotation.length + 1, location);
writeFileSync(file, bytes);
