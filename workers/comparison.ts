import sharp from 'sharp';

const gapPixels = 8;
/** A chat shows no more of it. */
const maxPanelSide = 1024;
/** Wider than this, pictures are read better one below the other. */
const widePicture = 1.8;

/** @param pictures of about one shape @returns a JPEG that shows them in reading order: side by side, or below each other where they are wide */
export async function composeComparison(pictures: readonly Uint8Array[]): Promise<Uint8Array> {
  const { width: fullWidth, height: fullHeight } = await sharp(pictures[0]).metadata();
  const scale = Math.min(1, maxPanelSide / Math.max(fullWidth, fullHeight));
  const width = Math.max(1, Math.round(fullWidth * scale));
  const height = Math.max(1, Math.round(fullHeight * scale));
  const isStacked = fullWidth > widePicture * fullHeight;
  const last = pictures.length - 1;
  const panels = await Promise.all(
    pictures.map((bytes) => sharp(bytes).resize({ width, height, fit: 'fill' }).removeAlpha().png().toBuffer()),
  );
  return sharp({
    create: {
      width: isStacked ? width : pictures.length * width + last * gapPixels,
      height: isStacked ? pictures.length * height + last * gapPixels : height,
      channels: 3,
      background: 'white',
    },
  })
    .composite(
      panels.map((input, index) => ({
        input,
        left: isStacked ? 0 : index * (width + gapPixels),
        top: isStacked ? index * (height + gapPixels) : 0,
      })),
    )
    .removeAlpha()
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
