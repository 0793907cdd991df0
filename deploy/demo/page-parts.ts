/** What all parts of the demo's page are made of. */
const MEDIA_TYPES: readonly (readonly [string, readonly number[]])[] = [
  ['png', [0x89, 0x50, 0x4e, 0x47]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['webp', [0x52, 0x49, 0x46, 0x46]],
];

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
export const seconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} s`;

export function formatOf(bytes: Uint8Array): string | undefined {
  return MEDIA_TYPES.find(([, signature]) => signature.every((byte, index) => bytes[index] === byte))?.[0];
}

export function image(bytes: Uint8Array, alt: string, className = ''): string {
  const data = Buffer.from(bytes).toString('base64');
  return `<img${className && ` class="${className}"`} src="data:image/${formatOf(bytes)};base64,${data}" alt="${escapeHtml(alt)}">`;
}

/** Commands that the bot names stand out. */
export const words = (text: string) => escapeHtml(text).replace(/(^|[\s(])(\/[a-z]+)/g, '$1<code>$2</code>');
