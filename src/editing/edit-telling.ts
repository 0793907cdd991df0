import type { JobData, JobResult } from '#src/core/define-job.js';
import { type Text, text } from '#src/core/locale.js';
import { progressBar } from '#src/core/progress-bar.js';
import type { Picture } from '#src/core/reply.js';
import type { Tale } from '#src/core/tale.js';
import { petMarker } from '#src/drawing/imagine-job.js';
import { lineOfUnknown } from '#src/drawing/unknown-words.js';
import { buttonsOfEdit, isCaptionRead } from './edit-buttons.js';
import { type edit, type ReplayObstacle, shownCaption, writtenChange } from './edit-job.js';

type Data = JobData<typeof edit>;
type Result = JobResult<typeof edit>;

export const editTale: Tale<typeof edit> = {
  title: (title) => text('delivery.editingTitle', { change: title }),
  progress(job, { phase, step, steps }) {
    const fraction = step / steps;
    const params = { ...progressBar(fraction), change: job.title };
    return { text: text(phaseKeys[phase], params), fraction };
  },
  result: (job, result) => ({
    text: text('delivery.edited', { change: job.title, person: job.person.name }),
    lines: linesOfEdit(job.data, result),
    pictures: picturesOfEdit(job.title, result),
    buttons: buttonsOfEdit(job.id, { data: job.data, result }),
  }),
};

const phaseKeys = {
  caption: 'delivery.editLooking',
  inversion: 'delivery.editInverting',
  editing: 'delivery.editing',
} as const;

/** Share of the pixels below which nobody sees a change. */
export const leastChange = 0.005;

/** Shares above this leave no rest to speak of. */
const nearlyAll = 0.99;

/** What was done, how well, and what can be done where it went badly. */
export function linesOfEdit(data: Data, result: Result): Text[] {
  const { scores, caption, settings } = result;
  const changed = Math.max(...scores.map(({ changedShare }) => changedShare));
  const isReplay = settings.method === 'replay';
  const percent = percentOf(changed);
  return [
    ...(isCaptionRead({ data, result })
      ? [text('delivery.editCaption', { caption: shownCaption(data, caption.text), button: text('buttons.correct') })]
      : []),
    // A photo keeps its own pixels where nothing changed; a picture of ours is drawn as a whole.
    isReplay || changed > nearlyAll
      ? text('delivery.editChanged', { percent })
      : text('delivery.editScore', { percent }),
    ...(result.isInversionCached ? [text('delivery.editCached')] : []),
    ...(result.replayObstacle ? obstacleLines[result.replayObstacle] : []),
    ...(result.isLetterboxed ? [text('delivery.editLetterboxed')] : []),
    ...(result.isSqueezed ? [text('delivery.editSqueezed')] : []),
    ...(data.isReduced ? [text('delivery.editReduced')] : []),
    ...lineOfUnknown(data.unknownWords),
    ...(result.isPromptCut ? [text('delivery.promptCut')] : []),
    ...(result.isLost ? [text('delivery.editLost')] : []),
    ...(result.isUnknown ? [text('delivery.editUnknown', { button: firstButton(data, result, gentler) })] : []),
    ...missedLines(data, result, changed),
  ];
}

/** That nothing came of it is worth more words than how much of the picture is another. */
function missedLines(data: Data, result: Result, changed: number): Text[] {
  const button = firstButton(data, result, bolder);
  if (changed < leastChange) return [text('delivery.editNothingChanged', { button })];
  if (!result.missed) return [];
  const { seen, parts } = result.missed;
  if (!parts) return [text('delivery.editMissed', { seen, button })];
  return [
    text('delivery.editPartMissed', { part: parts.map((part) => shownChange(data, part)).join(', '), seen, button }),
  ];
}

/** As it was asked for, with names for markers. */
function shownChange({ changes, pet, sourcePet }: Data, index: number): string {
  const change = changes[index];
  return change ? writtenChange(change).replaceAll(petMarker, () => (pet ?? sourcePet)?.name ?? '') : '';
}

/** What a person asked for themselves needs no explanation. */
const obstacleLines: Readonly<Record<ReplayObstacle, readonly Text[]>> = {
  'pet-gone': [text('delivery.editPetGone')],
  'other-pet': [text('delivery.editOtherPet')],
  'pet-strength': [],
  'drawn-otherwise': [text('delivery.editDrawnOtherwise')],
};

/** What to press for more of a change, or for less of it; the last of each is always there. */
const bolder = ['stronger', 'otherMethod'] as const;
const gentler = ['keepBackground', 'weaker', 'pick1', 'undo'] as const;

function firstButton(data: Data, result: Result, wanted: typeof bolder | typeof gentler): Text {
  const labels = new Set(buttonsOfEdit('', { data, result }).map(({ label }) => label));
  const label = wanted.find((one) => labels.has(one))!;
  return text(`buttons.${label}`);
}

/** The result comes first: it is what a reply to the message edits further. */
export function picturesOfEdit(change: string, { pictures, comparison, before }: Result): Picture[] {
  const [only] = pictures;
  const parts = [before, ...pictures];
  if (pictures.length > 1)
    return [{ blob: comparison, parts, alt: text('delivery.editStripAlt', { count: pictures.length, change }) }];
  return [
    { blob: only!, alt: text('delivery.editedAlt', { change }) },
    { blob: comparison, parts, alt: text('delivery.editComparisonAlt', { change }) },
  ];
}

/** Small shares are told apart too. */
function percentOf(share: number): string {
  return (share * 100).toFixed(share < 0.1 ? 1 : 0);
}
