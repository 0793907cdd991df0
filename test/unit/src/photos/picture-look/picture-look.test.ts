import { describe, expect, test } from 'vitest';
import type { BlobKey } from '#src/core/blob-key.js';
import type { PictureRule, Place } from '#src/core/place.js';
import { PictureLook } from '#src/photos/picture-look/picture-look.js';
import { withPictureLook } from '#src/photos/picture-look/with-picture-look.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';
import { FakePlatform } from '#test/helpers/fake-platform.js';

const blob = (digit: string) => `sha256-${digit.repeat(64)}` as BlobKey;
const [harmless, explicit, unseen, sheet] = ['0', '1', '2', '3'].map(blob) as [BlobKey, BlobKey, BlobKey, BlobKey];
const scores = new Map([
  [harmless, 0.1],
  [explicit, 0.9],
  [sheet, 0.1],
]);
const place: Place = { platform: 'web', server: 's', channel: 'hall' };
const uncover = { label: 'Uncover', action: 'uncover?job=j' };
const options = { key: 'k', person: { platform: 'web', id: 'anna', name: 'Anna' } } as const;

/** By channel, where it differs. */
const ruleOf = new Map<string, PictureRule>();

function lookWith(rule: PictureRule, isSpoilerPlace: boolean | string = false) {
  const kept: (readonly [job: string, score: number])[] = [];
  const look = new PictureLook({
    scores: {
      highestOf: async (pictures) =>
        pictures.includes(unseen) ? undefined : Math.max(...pictures.map((picture) => scores.get(picture)!)),
    },
    ruleAt: async ({ channel }) => ruleOf.get(channel) ?? rule,
    isSpoilerPlace: async ({ channel }) => isSpoilerPlace === true || isSpoilerPlace === channel,
    keepScore: async (job, score) => void kept.push([job, score]),
  });
  return { look, kept };
}

function resultOf(picture: BlobKey, parts?: readonly BlobKey[]): OutgoingMessage {
  return {
    kind: 'result',
    locale: 'en',
    text: 'a lamp',
    pictures: [{ blob: picture, alt: 'a lamp', ...(parts && { parts }) }],
    buttons: [{ label: 'Again', action: 'again' }],
    result: { job: 'j', isUncovered: false, uncover },
  };
}

describe('what is shown', () => {
  test('as the strictest place has it, where it is seen in several', async () => {
    const [strict, covering] = ['strict', 'covering'].map((channel): Place => ({ platform: 'discord', channel }));
    ruleOf.set('strict', 'refuse');
    const seenAt = (picture: BlobKey, other: Place): OutgoingMessage => {
      const [only] = resultOf(picture).pictures!;
      return { ...resultOf(picture), pictures: [{ ...only!, seenAt: [place, other] }] };
    };
    const { look } = lookWith('off', 'covering');
    expect((await look.shown(place, seenAt(explicit, strict!))).pictures).toBeUndefined();
    expect(await look.shown(place, seenAt(harmless, strict!))).not.toHaveProperty('isSpoiler');
    expect(await look.shown(place, seenAt(harmless, covering!))).toMatchObject({ isSpoiler: true });
    ruleOf.clear();
  });

  test('a harmless picture as it is, wherever', async () => {
    for (const rule of ['off', 'cover', 'refuse'] as const)
      expect(await lookWith(rule).look.shown(place, resultOf(harmless))).toEqual(resultOf(harmless));
  });

  test('an explicit one as it is where nobody minds, and nobody looks', async () => {
    const { look, kept } = lookWith('off');
    expect(await look.shown(place, resultOf(explicit))).toEqual(resultOf(explicit));
    expect(kept).toEqual([]);
  });

  test('an explicit one covered, with the reason and a way to uncover it', async () => {
    const { look, kept } = lookWith('cover');
    expect(await look.shown(place, resultOf(explicit))).toMatchObject({
      isSpoiler: true,
      text: 'a lamp\nCovered: it may be explicit.',
      buttons: [{ action: 'again' }, uncover],
    });
    expect(kept).toEqual([['j', 0.9]]);
  });

  test('an explicit one not at all, with the reason, and the score is kept', async () => {
    const { look, kept } = lookWith('refuse');
    const shown = await look.shown(place, resultOf(explicit));
    expect(shown.pictures).toBeUndefined();
    expect(shown.text).toBe('a lamp\nNot shown here: it may be explicit.');
    expect(kept).toEqual([['j', 0.9]]);
  });

  test.each(['cover', 'refuse'] as const)(
    'one that could not be judged covered, where the rule is %s',
    async (rule) => {
      const { look, kept } = lookWith(rule);
      expect(await look.shown(place, resultOf(unseen))).toMatchObject({
        isSpoiler: true,
        text: 'a lamp\nCovered: I could not look at it.',
        pictures: [{ blob: unseen }],
      });
      expect(kept).toEqual([]);
    },
  );

  test('a sheet by the pictures on it', async () => {
    const shown = await lookWith('cover').look.shown(place, resultOf(sheet, [harmless, explicit]));
    expect(shown.isSpoiler).toBe(true);
    expect(await lookWith('cover').look.shown(place, resultOf(sheet, [harmless]))).not.toHaveProperty('isSpoiler');
  });

  test('what a moderator has uncovered, but not where such pictures are refused', async () => {
    const message = { ...resultOf(explicit), result: { job: 'j', isUncovered: true } };
    expect(await lookWith('cover').look.shown(place, message)).toEqual(message);
    expect((await lookWith('refuse').look.shown(place, message)).pictures).toBeUndefined();
  });

  test('everything covered where all pictures are, without a word', async () => {
    expect(await lookWith('off', true).look.shown(place, resultOf(harmless))).toEqual({
      ...resultOf(harmless),
      isSpoiler: true,
    });
  });

  test('a preview on the way covered, too, and its score is not the result’s', async () => {
    const { look, kept } = lookWith('cover');
    expect(await look.shown(place, { ...resultOf(explicit), kind: 'status' })).toMatchObject({ isSpoiler: true });
    expect(kept).toEqual([]);
  });

  test('in the language of the message', async () => {
    const shown = await lookWith('cover').look.shown(place, { ...resultOf(explicit), locale: 'de' });
    expect(shown.text).toContain('Verdeckt');
  });
});

describe('what is taken in', () => {
  test('harmless photos', async () => {
    expect(await lookWith('refuse').look.atUploads(place, [harmless])).toEqual({});
  });

  test('explicit ones where nobody minds', async () => {
    expect(await lookWith('off').look.atUploads(place, [explicit])).toEqual({});
  });

  test('explicit ones, and what could not be judged, as covered', async () => {
    expect(await lookWith('cover').look.atUploads(place, [harmless, explicit])).toEqual({ isSpoiler: true });
    expect(await lookWith('refuse').look.atUploads(place, [unseen])).toEqual({ isSpoiler: true });
  });

  test('explicit ones not at all where they are refused', async () => {
    await expect(lookWith('refuse').look.atUploads(place, [harmless, explicit])).rejects.toMatchObject({
      text: { key: 'errors.photosExplicit' },
    });
  });
});

describe('a platform', () => {
  test('shows what was looked at, whether it is posted or comes by an edit', async () => {
    const platform = new FakePlatform();
    const looking = withPictureLook(platform, lookWith('cover').look);
    const reference = await looking.send(place, resultOf(explicit), options);
    expect(platform.chat.last).toMatchObject({ isSpoiler: true });
    await looking.edit(reference, { ...resultOf(explicit), text: 'a better lamp' });
    expect(platform.chat.last).toMatchObject({ text: expect.stringContaining('a better lamp'), isSpoiler: true });
  });

  test('passes words on without a look', async () => {
    const platform = new FakePlatform();
    const look = new PictureLook({
      scores: { highestOf: () => Promise.reject(new Error('asked')) },
      ruleAt: () => Promise.reject(new Error('asked')),
      isSpoilerPlace: () => Promise.reject(new Error('asked')),
      keepScore: () => Promise.reject(new Error('asked')),
    });
    await withPictureLook(platform, look).send(place, { kind: 'info', text: 'hello' }, options);
    expect(platform.chat.last).toEqual({ kind: 'info', text: 'hello' });
  });

  test('posts nothing where the rule cannot be read, so that it is tried again', async () => {
    const platform = new FakePlatform();
    const { look } = lookWith('cover');
    const broken = { shown: () => Promise.reject(new Error('no database')), atUploads: look.atUploads };
    await expect(withPictureLook(platform, broken).send(place, resultOf(harmless), options)).rejects.toThrow(
      'no database',
    );
    expect(platform.chat.messages.size).toBe(0);
  });
});

describe('what whoever has a link sees', () => {
  const forAdults: Place = { ...place, isAgeRestricted: true };

  test('a harmless picture as it is, and covered where a place covers all', async () => {
    expect(await lookWith('cover').look.beyond([place], harmless)).toBeUndefined();
    expect(await lookWith('cover', true).look.beyond([place], harmless)).toBe('covered');
  });

  test.each([
    ['off', explicit, undefined],
    ['cover', explicit, 'covered'],
    ['refuse', explicit, 'refused'],
    ['cover', unseen, 'covered'],
    ['refuse', unseen, 'covered'],
  ] as const)('by the rule %s, another one is as strict', async (rule, picture, cover) => {
    expect(await lookWith(rule).look.beyond([place], picture)).toBe(cover);
  });

  test('what only adults see is covered, since nobody asks for an age there', async () => {
    expect(await lookWith('off').look.beyond([forAdults], explicit)).toBe('covered');
    expect(await lookWith('off').look.beyond([forAdults], harmless)).toBeUndefined();
  });
});
