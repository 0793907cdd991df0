import { defaultLocale, locales } from '#locales/index.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { UserError } from '#src/core/errors.js';
import { type TextKey, translateWith } from '#src/core/locale.js';
import type { PictureRule, Place } from '#src/core/place.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import type { PictureScores } from './picture-scores.js';

/**
 * From this probability on a picture counts as explicit. 500 toy drawings and all shipped photos stay below 0.04
 * (`npm run bench -- --only pictures`).
 */
export const explicitFrom = 0.5;

export interface PictureLookOptions {
  readonly scores: Pick<PictureScores, 'highestOf'>;
  /** What becomes of explicit pictures at a place. */
  readonly ruleAt: (place: Place) => Promise<PictureRule>;
  /** Whether all pictures are hidden there until they are clicked. */
  readonly isSpoilerPlace: (place: Place) => Promise<boolean>;
  readonly keepScore: (job: string, score: number) => Promise<void>;
}

/** Looks at pictures before they are used or shown, where a host or a moderator wants that. What cannot be judged is covered. */
export class PictureLook {
  readonly #options: PictureLookOptions;

  constructor(options: PictureLookOptions) {
    this.#options = options;
  }

  /**
   * Of photos that somebody sent, before anything is made of them.
   * @returns what makes everything that comes of them covered, too
   * @throws UserError where they are not taken there
   */
  async atUploads(place: Place, photos: readonly BlobKey[]): Promise<{ readonly isSpoiler?: true }> {
    const rule = await this.#options.ruleAt(place);
    if (rule === 'off' || photos.length === 0) return {};
    const score = await this.#options.scores.highestOf(photos);
    if (score !== undefined && score < explicitFrom) return {};
    if (rule === 'refuse' && score !== undefined) throw new UserError('photosExplicit');
    return { isSpoiler: true };
  }

  /**
   * How a picture may be shown to whoever has a link, as the strictest of these places has it: nobody asks for an age there.
   * @returns undefined: as it is
   */
  async beyond(places: readonly Place[], picture: BlobKey): Promise<'covered' | 'refused' | undefined> {
    const { ruleAt, isSpoilerPlace, scores } = this.#options;
    const rules = await Promise.all(
      places.map(async ({ isAgeRestricted, ...place }) => {
        const rule = await ruleAt(place);
        return rule === 'off' && isAgeRestricted ? 'cover' : rule;
      }),
    );
    const isCovered = (await Promise.all(places.map(isSpoilerPlace))).includes(true);
    const asUsual = isCovered ? 'covered' : undefined;
    if (rules.every((rule) => rule === 'off')) return asUsual;
    const score = await scores.highestOf([picture]);
    if (score !== undefined && score < explicitFrom) return asUsual;
    return rules.includes('refuse') && score !== undefined ? 'refused' : 'covered';
  }

  /** The message as it may be shown there, and wherever else its pictures are. */
  async shown(place: Place, message: OutgoingMessage): Promise<OutgoingMessage> {
    if (!message.pictures?.length) return message;
    const { isSpoilerPlace, ruleAt } = this.#options;
    const places = [place, ...message.pictures.flatMap(({ seenAt = [] }) => seenAt)];
    const isCovered = (await Promise.all(places.map(isSpoilerPlace))).includes(true);
    const covered = isCovered ? { ...message, isSpoiler: true } : message;
    const rule = strictestOf(await Promise.all(places.map(ruleAt)));
    const { result } = message;
    if (rule === 'off' || (rule === 'cover' && result?.isUncovered)) return covered;
    const score = await this.#options.scores.highestOf(message.pictures.flatMap(({ blob, parts }) => parts ?? [blob]));
    // A single picture of a result says less than the result.
    if (result && message.kind === 'result' && score !== undefined) await this.#options.keepScore(result.job, score);
    if (score !== undefined && score < explicitFrom) return covered;
    if (rule === 'refuse' && score !== undefined) return refused(message);
    const because = score === undefined ? 'delivery.coveredUnseen' : 'delivery.covered';
    const buttons = [...(message.buttons ?? []), ...(result?.uncover ? [result.uncover] : [])];
    return { ...withLine(message, because), isSpoiler: true, ...(buttons.length > 0 && { buttons }) };
  }
}

function strictestOf(rules: readonly PictureRule[]): PictureRule {
  return rules.includes('refuse') ? 'refuse' : rules.includes('cover') ? 'cover' : 'off';
}

function refused({ pictures: _, isSpoiler: __, ...rest }: OutgoingMessage): OutgoingMessage {
  return withLine(rest, 'delivery.notShown');
}

function withLine(message: OutgoingMessage, key: Extract<TextKey, `delivery.${string}`>): OutgoingMessage {
  const line = translateWith(locales[message.locale ?? defaultLocale], { key, params: {} });
  return { ...message, text: `${message.text}\n${line}` };
}
