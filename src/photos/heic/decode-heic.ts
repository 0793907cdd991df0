import { colourProfileOf } from './heic-colours.js';

export type DecodedHeic =
  | {
      readonly kind: 'decoded';
      readonly width: number;
      readonly height: number;
      /** Upright, rows of R, G, B, A in 0…255. */
      readonly rgba: Uint8Array;
      /** ICC profile of those numbers; none where they are sRGB. */
      readonly profile: Uint8Array | undefined;
    }
  | { readonly kind: 'tooManyPixels'; readonly width: number; readonly height: number }
  | { readonly kind: 'broken' };

/** Decodes a stranger's HEIC, which may take gigabytes and hang: only for the process of strangers' photos. */
export async function decodeHeic(bytes: Uint8Array, maxPixels: number): Promise<DecodedHeic> {
  // Starting its WebAssembly takes longer than decoding other photos.
  const { default: libheif } = await import('libheif-js/wasm-bundle.js');
  const context = libheif.heif_context_alloc();
  if (libheif.heif_context_read_from_memory(context, bytes).code !== libheif.heif_error_code.heif_error_Ok)
    return { kind: 'broken' };
  const handle = libheif.heif_js_context_get_primary_image_handle(context);
  if ('code' in handle) return { kind: 'broken' };
  // The container says how large the picture would be before a pixel is decoded, and libheif refuses one that turns out larger.
  const width = libheif.heif_image_handle_get_width(handle);
  const height = libheif.heif_image_handle_get_height(handle);
  if (width * height > maxPixels) return { kind: 'tooManyPixels', width, height };
  const decoded = libheif.heif_js_decode_image2(
    handle,
    libheif.heif_colorspace.heif_colorspace_RGB,
    libheif.heif_chroma.heif_chroma_interleaved_RGBA,
  );
  if ('code' in decoded) return { kind: 'broken' };
  const pixels = decoded.channels.find(({ id }) => id === libheif.heif_channel.heif_channel_interleaved);
  if (!pixels || pixels.width * pixels.height > maxPixels) return { kind: 'broken' };
  const rowBytes = pixels.width * 4;
  const rgba = new Uint8Array(rowBytes * pixels.height);
  for (let y = 0; y < pixels.height; y += 1)
    rgba.set(pixels.data.subarray(y * pixels.stride, y * pixels.stride + rowBytes), y * rowBytes);
  return { kind: 'decoded', width: pixels.width, height: pixels.height, rgba, profile: colourProfileOf(bytes) };
}
