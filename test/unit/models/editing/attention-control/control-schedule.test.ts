import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import type { AttentionControl } from '#models/editing/attention-control/attention-control.js';
import { createControlSchedule } from '#models/editing/attention-control/control-schedule.js';
import { petTokenizer } from '#test/helpers/tokenizer-files.js';

const tokenizer = new CLIPTokenizer(petTokenizer().files);
const CONTROL: AttentionControl = {
  alignment: 'refine',
  crossReplaceSteps: 0.5,
  crossReplaceWords: [],
  selfReplaceSteps: [0.25, 0.75],
  selfReplaceLevel: 1,
  equalizer: [],
};

const scheduleOf = (control: Partial<AttentionControl> = {}, steps = 8) =>
  createControlSchedule({
    tokenizer,
    sourcePrompt: 'a dog in the jungle',
    targetPrompt: 'a cat in the jungle',
    control: { ...CONTROL, ...control },
    steps,
    levels: 3,
  });

/** Positions of "cat" and "jungle" in the target. */
const CAT = 2;
const JUNGLE = 5;

describe('createControlSchedule', () => {
  it('replaces cross-attention of shared tokens in its window, of the steps and one more', () => {
    const gains = (step: number) => {
      const { sourceGain, targetGain } = scheduleOf().weightsAt(step);
      return [sourceGain[JUNGLE], targetGain[JUNGLE]];
    };
    expect(gains(3)).toEqual([1, 0]);
    expect(gains(4)).toEqual([0, 1]);
    expect(scheduleOf({}, 9).weightsAt(4).sourceGain[JUNGLE]).toBe(1); // ⌊0.5 · 10⌋ = 5
  });

  it('leaves new tokens their own maps', () => {
    const { sourceGain, targetGain } = scheduleOf().weightsAt(0);
    expect([sourceGain[CAT], targetGain[CAT]]).toEqual([0, 1]);
  });

  it('replaces self-attention in its window, from its level to the coarsest', () => {
    const schedule = scheduleOf();
    const replaced = Array.from({ length: 8 }, (_, step) => schedule.weightsAt(step).selfReplace.join(''));
    expect(replaced).toEqual(['000', '000', '011', '011', '011', '011', '000', '000']);
  });

  it('weighs words, and only within their windows', () => {
    const control = { equalizer: [{ words: 'cat', factor: 3 }], crossReplaceWords: [{ words: 'cat', steps: 0.25 }] };
    const schedule = scheduleOf(control);
    expect(schedule.weightsAt(0).targetGain[CAT]).toBe(3);
    expect(schedule.weightsAt(2).targetGain[CAT]).toBe(1);
    expect(schedule.weightsAt(2).sourceGain[JUNGLE]).toBe(1);
  });

  it('refuses windows outside the steps, factors that are no numbers, and words that are not there', () => {
    expect(() => scheduleOf({ selfReplaceSteps: [0.5, 0.2] })).toThrow(RangeError);
    expect(() => scheduleOf({ crossReplaceSteps: Number.NaN })).toThrow(RangeError);
    expect(() => scheduleOf({ equalizer: [{ words: 'cat', factor: Number.POSITIVE_INFINITY }] })).toThrow(RangeError);
    expect(() => scheduleOf({ equalizer: [{ words: 'dog', factor: 2 }] })).toThrow('words-not-found');
    const many = `a dog in the jungle ${'with a hat '.repeat(30)}at night`;
    const cut = () =>
      createControlSchedule({
        tokenizer,
        sourcePrompt: many,
        targetPrompt: many,
        control: { ...CONTROL, equalizer: [{ words: 'night', factor: 2 }] },
        steps: 4,
        levels: 1,
      });
    expect(cut).toThrow(expect.objectContaining({ problem: 'words-cut-off', words: 'night' }));
  });
});
