import sharp from 'sharp';

const columns = 2;
const gapPixels = 4;

/** @param pictures 2 to 4 of one size @returns a PNG that shows them in reading order */
export async function composeGrid(pictures: readonly Uint8Array[]): Promise<Uint8Array> {
  const { width, height } = await sharp(pictures[0]).metadata();
  const rows = Math.ceil(pictures.length / columns);
  return (
    sharp({
      create: {
        width: columns * width + (columns - 1) * gapPixels,
        height: rows * height + (rows - 1) * gapPixels,
        channels: 3,
        background: 'white',
      },
    })
      .composite(
        pictures.map((bytes, index) => ({
          input: Buffer.from(bytes),
          left: (index % columns) * (width + gapPixels),
          top: Math.floor(index / columns) * (height + gapPixels),
        })),
      )
      // Compositing adds a channel that no picture here needs.
      .removeAlpha()
      .png()
      .toBuffer()
  );
}
