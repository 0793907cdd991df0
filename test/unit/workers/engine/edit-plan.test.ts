import { describe, expect, test } from 'vitest';
import { AttentionControlError } from '#models/editing/attention-control/attention-control.js';
import type { EditOptions } from '#models/editing/edit-options.js';
import { resolveEditSettings } from '#models/editing/edit-settings.js';
import { type EditMethod, parseRecommendations } from '#models/loaders/recommendations.js';
import type { EditChange } from '#src/editing/edit-job.js';
import { asUserError, guidanceOfStrength, keptOfStrength, planOf } from '#workers/engine/edit-plan.js';

const { editing } = parseRecommendations({});
const plan = (caption: string, changes: EditChange[], more: Partial<Parameters<typeof planOf>[0]> = {}) =>
  planOf({
    caption,
    changes,
    target: undefined,
    keepBackground: undefined,
    sourceName: 'dog',
    targetName: 'sks dog',
    editing,
    ...more,
  });
interface Asked {
  readonly strength: number;
  readonly planned?: EditOptions['planned'];
  readonly petShare?: number;
  readonly method?: EditMethod;
}
/** What a plan comes to with a strength. */
function controlOf({ strength, planned = {}, petShare = 1, method = 'direct' }: Asked) {
  const image = { width: 1, height: 1, rgb: new Uint8Array(3) };
  const { control } = resolveEditSettings(
    {
      source: { kind: 'posted', image, prompt: 'a cat' },
      targetPrompt: 'a bear',
      method,
      planned,
      keptShares: keptOfStrength(strength, petShare),
    },
    { recommendations: editing, hasLoRA: false, imageSize: [1, 1] },
  );
  return control;
}
const refusal = (key: string) => expect.objectContaining({ text: expect.objectContaining({ key: `errors.${key}` }) });

describe('prompts', () => {
  test('a pet takes the place of another animal, and only the target knows its token', () => {
    const planned = plan('a photo of a cat in the snow', [{ kind: 'replace', from: 'cat', to: '{pet}' }]);
    expect(planned).toMatchObject({
      sourcePrompt: 'a photo of a cat in the snow',
      targetPrompt: 'a photo of a sks dog in the snow',
      markedTarget: 'a photo of a {pet} in the snow',
      control: { blend: { source: ['cat'], target: ['sks dog'] } },
    });
  });

  test('a pet that is in the picture already is one of its kind where it is not drawn again', () => {
    const planned = plan('{pet} in the snow', [{ kind: 'replace', from: '{pet}', to: 'cat' }]);
    expect(planned).toMatchObject({ sourcePrompt: 'dog in the snow', targetPrompt: 'cat in the snow' });
    const kept = plan('{pet} in the snow', [{ kind: 'replace', from: 'snow', to: 'grass' }], { targetName: 'dog' });
    expect(kept).toMatchObject({
      sourcePrompt: 'dog in the snow',
      targetPrompt: 'dog in the grass',
      markedTarget: '{pet} in the grass',
    });
  });

  test('a picture that is drawn again has the token on both sides', () => {
    const names = { sourceName: 'sks dog', targetName: 'sks dog' };
    const planned = plan('{pet} in the snow', [{ kind: 'weigh', words: '{pet}', factor: 2 }], names);
    expect(planned).toMatchObject({
      sourcePrompt: 'sks dog in the snow',
      targetPrompt: 'sks dog in the snow',
      control: { equalizer: [{ words: 'sks dog', factor: 2 }] },
    });
  });

  test('weights of what a change brings are attention, those of the picture stay in its words', () => {
    const swapped = plan('a (photo:1.2) of a cat in the snow', [{ kind: 'replace', from: 'cat', to: 'big (dog:1.3)' }]);
    expect(swapped).toMatchObject({
      sourcePrompt: 'a (photo:1.2) of a cat in the snow',
      targetPrompt: 'a (photo:1.2) of a big dog in the snow',
      control: { equalizer: [{ words: 'dog', factor: 1.3 }] },
    });
    expect(plan('a cat', [{ kind: 'replace', from: 'cat', to: '(cat:2)' }])).toMatchObject({
      targetPrompt: 'a cat',
      control: { equalizer: [{ words: 'cat', factor: 2 }] },
    });
    expect(plan('a cat', [{ kind: 'add', words: 'in ((snow))' }])).toMatchObject({
      targetPrompt: 'a cat in snow',
      control: { equalizer: [{ words: 'snow', factor: expect.closeTo(1.21, 9) }] },
    });
    expect(plan('a cat', [], { target: '({pet}:1.5) on the \\(moon\\)' })).toMatchObject({
      targetPrompt: 'sks dog on the \\(moon\\)',
      control: { equalizer: [{ words: 'sks dog', factor: 1.5 }] },
    });
    const gone: EditChange[] = [
      { kind: 'add', words: '(snow:2)' },
      { kind: 'remove', words: 'snow' },
    ];
    expect(plan('a cat asleep', [...gone, { kind: 'replace', from: 'asleep', to: 'awake' }]).control.equalizer).toBe(
      undefined,
    );
  });

  test('a free target is taken as it is', () => {
    expect(plan('a cat', [], { target: '{pet} on the moon' })).toMatchObject({
      sourcePrompt: 'a cat',
      targetPrompt: 'sks dog on the moon',
    });
  });

  test('words that do not fit are refused with a sentence', () => {
    expect(() => plan('a cat', [{ kind: 'remove', words: 'hat' }])).toThrow(refusal('editWordsMissing'));
    expect(() => plan('a cat and a cat', [{ kind: 'remove', words: 'cat' }])).toThrow(refusal('editWordsTwice'));
    expect(() => plan('a cat', [{ kind: 'replace', from: 'cat', to: 'cat' }])).toThrow(refusal('editNothing'));
    expect(asUserError(new AttentionControlError('words-cut-off', 'hat'), 'a cat')).toEqual(refusal('editWordsCut'));
    expect(asUserError(new AttentionControlError('words-not-found', 'hat'), 'a cat')).toEqual(
      refusal('editWordsMissing'),
    );
    const fault = new RangeError('something else');
    expect(asUserError(fault, 'a cat')).toBe(fault);
  });
});

describe('the rest of the picture', () => {
  const swap: EditChange[] = [{ kind: 'replace', from: 'cat', to: 'bear' }];

  test('is kept more strictly, or not at all, when that is asked for', () => {
    expect(plan('a cat', swap, { keepBackground: true }).control.blend).toEqual({
      source: ['cat'],
      target: ['bear'],
      threshold: editing.blendThreshold + 0.2,
    });
    expect(plan('a cat', swap, { keepBackground: false }).control.blend).toBeUndefined();
  });

  test('can be kept where no words are swapped: by the words that differ, or are weighed', () => {
    const free = plan('a white cat in the snow', [], { target: 'a white bear in the snow', keepBackground: true });
    expect(free.control.blend).toMatchObject({ source: ['cat'], target: ['bear'] });
    const weighed = plan('a cat in the snow', [{ kind: 'weigh', words: 'snow', factor: 2 }], { keepBackground: true });
    expect(weighed.control.blend).toMatchObject({ source: ['snow'], target: ['snow'] });
  });
});

test('a stronger edit keeps less of the source, and the usual one is as the checkpoint recommends, or the method has it', () => {
  const shares = [1, 2, 3, 4, 5].map((strength) => controlOf({ strength }));
  for (const [index, share] of shares.slice(1).entries()) {
    expect(Number(share.selfReplaceSteps)).toBeLessThan(Number(shares[index]!.selfReplaceSteps));
    expect(Number(share.crossReplaceSteps)).toBeLessThan(Number(shares[index]!.crossReplaceSteps));
  }
  const { crossReplaceSteps, selfReplaceSteps } = editing;
  expect(shares[2]).toMatchObject({ crossReplaceSteps, selfReplaceSteps });
  const elsewhere = { crossReplaceSteps: 0.2, selfReplaceSteps: 0.2 };
  const own = { crossReplaceSteps: 0, selfReplaceSteps: 0 };
  expect(controlOf({ planned: elsewhere, strength: 3, method: 'diffedit' })).toMatchObject(own);
  expect(controlOf({ planned: elsewhere, strength: 3 })).toMatchObject(elsewhere);
  expect(controlOf({ strength: 3, petShare: 2 }).selfReplaceSteps).toBe(selfReplaceSteps / 2);
  expect([guidanceOfStrength(3, 7.5), guidanceOfStrength(5, 10)]).toEqual([7.5, 13]);
});

test('another place keeps its own windows, which strength scales', () => {
  const { control } = plan('a cat in the snow', [{ kind: 'replace', from: 'snow', to: 'jungle' }]);
  expect(control).toMatchObject({ crossReplaceSteps: 0.2, selfReplaceSteps: 0.2 });
  expect(controlOf({ planned: control, strength: 3 })).toMatchObject(control);
  const stronger = controlOf({ planned: control, strength: 4 });
  expect(stronger).toMatchObject({ crossReplaceSteps: 0.2 * 0.6, blend: { subtractSource: ['cat'] } });
  expect(controlOf({ planned: { selfReplaceSteps: [0.5, 1] }, strength: 4 })).toMatchObject({
    selfReplaceSteps: [0.5, 0.8],
  });
});
