/** The demo's conversation as one page that needs nothing else. */
import type { PageMessage } from '#src/platforms/web/render-reply.js';
import type { ContestStory } from './contest/story.js';
import { renderContest } from './contest-section.js';
import type { Comparison, Conversation } from './conversation.js';
import { escapeHtml, image, seconds, words } from './page-parts.js';
import { PAGE_STYLE } from './page-style.js';
import type { Turn } from './speaker.js';

export interface DemoFacts {
  readonly language: string;
  /** Processor and number of cores. */
  readonly machine: string;
  /** Where they differ from what the checkpoint recommends. */
  readonly trainSteps?: number;
  readonly startSeconds: number;
  readonly totalSeconds: number;
}

function renderFacts({ turns }: Conversation, { startSeconds, machine, trainSteps }: DemoFacts): string {
  const taught = turns.find(({ said, pictures }) => said.startsWith('/train') && pictures.length > 0);
  const drawn = turns.filter(({ said }) => said.startsWith('/imagine')).map((turn) => turn.seconds);
  const median = drawn.sort((a, b) => a - b)[Math.floor(drawn.length / 2)];
  const facts: [string, string][] = [['from nothing to a running service', seconds(startSeconds)]];
  if (taught) {
    const shortened = trainSteps === undefined ? '' : `, in ${trainSteps} steps (TRAIN_STEPS)`;
    facts.push([`to learn a pet from ${taught.photos.length} photos${shortened}`, seconds(taught.seconds)]);
  }
  if (median !== undefined) facts.push(['for a picture, as a person waits', seconds(median)]);
  const items = facts.map(([what, value]) => `<li><b>${value}</b><span>${what}</span></li>`).join('');
  return `<ul class="facts">${items}</ul><p class="quiet">Measured while this was played on ${escapeHtml(machine)}.</p>`;
}

function renderComparison(comparisons: readonly Comparison[], photos: Turn['photos']): string {
  const row = (label: string, name: string, pick: (comparison: Comparison) => Uint8Array) =>
    `<span class="row ${name}">${label}</span>${comparisons
      .map((comparison) => image(pick(comparison), `${label} ${comparison.place}`, name))
      .join('')}`;
  return `<h2>Has it learnt this dog, or any dog?</h2>
<p class="quiet">Each column is drawn twice from the same words and the same seed: once with the pet that was just learnt, once with “a dog”.</p>
<section class="card comparison"><div><p class="caption">The photos</p><div class="album">${photos
    .map(({ bytes, name }) => image(bytes, name))
    .join('')}</div></div>
<div class="pairs"><span></span>${comparisons.map(({ place }) => `<span class="place">… ${escapeHtml(place)}</span>`).join('')}
${row('Biscuit', 'pet', ({ withPet }) => withPet)}
${row('a dog', '', ({ withoutPet }) => withoutPet)}</div></section>`;
}

function renderPhotos(photos: Turn['photos']): string {
  if (photos.length === 0) return '';
  const shown = photos.map((photo) =>
    photo.isBroken ? `<span class="broken">${escapeHtml(photo.name)}</span>` : image(photo.bytes, photo.name),
  );
  return `<div class="photos">${shown.join('')}</div>`;
}

/** What was to be seen before the answer was final. */
function renderProgress({ progress, previews, pressed }: Turn): string {
  const isStopped = pressed !== undefined;
  const last = progress.filter(({ fraction }) => fraction !== undefined && fraction > 0).at(-1);
  if (!last) return '';
  const strip = previews.map(
    ({ bytes, progress: done }) =>
      `<figure>${image(bytes, 'while it was being learnt')}<figcaption>${Math.round(done * 100)} %</figcaption></figure>`,
  );
  if (!isStopped && strip.length === 0) return '';
  const bar = isStopped
    ? `<div class="bar"><i style="width:${(100 * (last.fraction ?? 0)).toFixed(1)}%"></i></div><div class="passed">${escapeHtml(last.text)}</div>`
    : '<div class="passed">On the way:</div>';
  return `<div class="bubble bot">${bar}${strip.length > 0 ? `<div class="strip">${strip.join('')}</div>` : ''}</div>`;
}

function renderAnswer({ kind, text }: PageMessage, pictures: Turn['pictures']): string {
  const grid = pictures.map(({ bytes, alt }) => image(bytes, alt)).join('');
  return `<div class="bubble bot${kind === 'error' ? ' error' : ''}">${words(text)}${grid && `<div class="pictures">${grid}</div>`}</div>`;
}

function renderTurn(turn: Turn): string {
  const { said, photos, pressed, answers, pictures, note } = turn;
  // The page shows how it ended last, after what was said about the button.
  const [answer, ...others] = answers;
  const told = [...others.map((other) => renderAnswer(other, [])), renderAnswer(answer!, pictures)];
  const timing = seconds(turn.seconds);
  return `<article class="turn">
${renderPhotos(photos)}<div class="bubble person">${escapeHtml(said)}</div>
${renderProgress(turn)}
${pressed === undefined ? '' : `<div class="pressed">${escapeHtml(pressed)}</div>`}
${told.join('\n')}
<p class="note">${timing}${note ? ` · ${escapeHtml(note)}` : ''}</p>
</article>`;
}

export function renderPage(conversation: Conversation, facts: DemoFacts, contest?: ContestStory): string {
  const { turns, comparisons } = conversation;
  const photos = turns.find((turn) => turn.photos.length > 0)?.photos ?? [];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Petbooth: a pet is learnt and drawn</title><style>${PAGE_STYLE}</style></head><body><main>
<h1>Petbooth</h1>
<p class="lead">Six photos of a pet went into a chat. The pet was learnt on this machine, and then drawn in places where it never was.</p>
${renderFacts(conversation, facts)}
${renderComparison(comparisons, photos)}
<h2>The conversation</h2>
<p class="quiet">Everything that was said on the chat page, to the service as <code>npm start</code> runs it.</p>
<section class="card chat" lang="${escapeHtml(facts.language)}">
${turns.map(renderTurn).join('\n')}
</section>
${contest ? renderContest(contest, facts.language) : ''}
<footer>The checkpoint toy-pets draws cartoons of a toy world; photos of real pets want a real Stable Diffusion checkpoint. Pictures and transcript lie beside this page.</footer>
</main></body></html>
`;
}
