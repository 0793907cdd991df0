import type { Picture, Text } from './command.js';
import { petMarker } from './jobs/imagine.js';
import type { DataOf, ResultOf } from './jobs/index.js';
import { text } from './locale.js';

/** Share of the pixels below which nobody sees a change. */
export const leastChange = 0.005;

/** What was done, how well, and what can be done where it went badly. */
export function linesOfEdit(data: DataOf<'edit'>, result: ResultOf<'edit'>): Text[] {
  const { reconstruction, scores, caption, settings } = result;
  const changed = Math.max(...scores.map(({ changedShare }) => changedShare));
  const isReplay = settings.method === 'replay';
  return [
    ...(isReplay || data.caption?.isGiven
      ? []
      : [text('delivery.editCaption', { caption: shownCaption(data, caption.text) })]),
    text('delivery.editScore', { percent: percentOf(changed), decibels: reconstruction.toFixed(0) }),
    ...(result.isInversionCached ? [text('delivery.editCached')] : []),
    ...(data.drawn && !isReplay && data.method === undefined ? [text('delivery.editNotReplayed')] : []),
    ...(data.isReduced ? [text('delivery.editReduced')] : []),
    ...(result.isPromptCut ? [text('delivery.promptCut')] : []),
    ...(result.isLost ? [text('delivery.editLost')] : []),
    ...(result.isUnknown ? [text('delivery.editUnknown')] : []),
    ...(changed < leastChange ? [text('delivery.editNothingChanged')] : []),
  ];
}

/** The result comes first: it is what a reply to the message edits further. */
export function picturesOfEdit(change: string, { pictures, comparison }: ResultOf<'edit'>): Picture[] {
  const [only] = pictures;
  if (pictures.length > 1)
    return [{ blob: comparison, alt: text('delivery.editStripAlt', { count: pictures.length, change }) }];
  return [
    { blob: only!, alt: text('delivery.editedAlt', { change }) },
    { blob: comparison, alt: text('delivery.editComparisonAlt', { change }) },
  ];
}

export function shownCaption({ sourcePet }: Pick<DataOf<'edit'>, 'sourcePet'>, caption: string): string {
  return caption.replaceAll(petMarker, sourcePet?.name ?? '');
}

/** Small shares are told apart too. */
function percentOf(share: number): string {
  return (share * 100).toFixed(share < 0.1 ? 1 : 0);
}
