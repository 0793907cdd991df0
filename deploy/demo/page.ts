/** The demo's conversation as one page that needs nothing else. */
import type { Turn } from './conversation.js';

const STYLE = `
:root { color-scheme: light dark; --back: #f3f1ec; --bot: #fff; --person: #2f6f4f; --ink: #23272b; --quiet: #6b7177; }
@media (prefers-color-scheme: dark) { :root { --back: #191b1e; --bot: #26292d; --person: #3c8862; --ink: #eceae6; --quiet: #9aa0a6; } }
* { box-sizing: border-box } body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem 4rem; } h1 { margin: 0; font-size: 1.6rem; }
.lead { color: var(--quiet); margin: .2rem 0 2rem; } article { margin: 0 0 1.6rem; }
.bubble { padding: .7rem 1rem; border-radius: 1.1rem; width: fit-content; max-width: 85%; white-space: pre-line; overflow-wrap: anywhere; }
.person { background: var(--person); color: #fff; margin-left: auto; border-bottom-right-radius: .3rem; }
.bot { background: var(--bot); margin-top: .6rem; border-bottom-left-radius: .3rem; box-shadow: 0 1px 3px #0002; }
.error { border-left: .3rem solid #c9553d; } .grid { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .6rem; }
.grid img { width: 11rem; height: 11rem; object-fit: cover; border-radius: .7rem; background: #0001; } .photos { justify-content: flex-end; }
.photos img, .previews img { width: 6rem; height: 6rem; } .note, .seconds { color: var(--quiet); font-size: .85rem; margin: .3rem .3rem 0; }
`;

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

function picture(bytes: Uint8Array, alt: string): string {
  const isJpeg = bytes[0] === 0xff;
  const isPng = bytes[0] === 0x89;
  if (!isJpeg && !isPng) return '';
  const data = Buffer.from(bytes).toString('base64');
  return `<img src="data:image/${isPng ? 'png' : 'jpeg'};base64,${data}" alt="${escapeHtml(alt)}">`;
}

const grid = (name: string, images: readonly string[]) =>
  images.join('') === '' ? '' : `<div class="grid ${name}">${images.join('')}</div>`;

function renderTurn({ said, photos, answer, pictures, previews, seconds, note }: Turn): string {
  return `<article>
${grid(
  'photos',
  photos.map(({ bytes, name }) => picture(bytes, name)),
)}
<p class="bubble person">${escapeHtml(said)}</p>
${grid(
  'previews',
  previews.map((bytes) => picture(bytes, 'While it was being learnt')),
)}
<div class="bubble bot ${answer.kind === 'error' ? 'error' : ''}">${escapeHtml(answer.text)}${grid(
    '',
    pictures.map(({ bytes, alt }) => picture(bytes, alt)),
  )}</div>
<p class="note">${note ? `${escapeHtml(note)} · ` : ''}${seconds.toFixed(1)} s</p>
</article>`;
}

export function renderPage(turns: readonly Turn[], language: string): string {
  return `<!doctype html>
<html lang="${escapeHtml(language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Petbooth: the demo</title><style>${STYLE}</style></head><body><main>
<h1>Petbooth</h1><p class="lead">A pet is learnt from six photos and drawn in new places, on this machine. toy-pets draws cartoons; photos of real pets want a real checkpoint.</p>
${turns.map(renderTurn).join('\n')}
</main></body></html>
`;
}
