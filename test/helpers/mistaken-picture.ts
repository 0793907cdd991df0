import sharp from 'sharp';

const side = 8;
/** Eight by eight colours of no meaning, found by chance and selection, that the classifier takes for explicit: 0.93. */
const colours =
  '/xOCOqoeQnIZST8TLRzFMzv//wBmRl8pYfEcA71yEFXR9uVzs38paFCIumubMEPNZoOyov/bG95Uaj6q3xtqum0K3yP/WVf/MDMJGH9RXlBgPR5U1C3d8B7NXbdbAOIApeWTfWojgpo3g4ldBM7/hMGcGf8AkeJhAIo7MikAoZSuav9URW9K6L3YAEEA6LvJeeiEzf+utwlwkF6Mi6joi+GdNnc0AADHaQDjo9ChXyinOz09tKqSknQ9tNm7AEIA';

/** A harmless PNG that counts as explicit. */
export async function drawMistakenPicture(): Promise<Uint8Array> {
  const raw = { width: side, height: side, channels: 3 } as const;
  return new Uint8Array(
    await sharp(Buffer.from(colours, 'base64'), { raw }).resize(224, 224, { kernel: 'cubic' }).png().toBuffer(),
  );
}
