import { describe, expect, it } from 'vitest';
import { type EditInstruction, planEdit } from '#models/editing/attention-control/edit-instruction.js';

const SOURCE = 'a brown dog wearing a hat in the snow';
const plan = (...instructions: EditInstruction[]) => planEdit(SOURCE, instructions);

describe('planEdit', () => {
  it('swaps words and lets the picture change where either stands', () => {
    expect(plan({ kind: 'replace', from: 'Dog', to: ' cat ' })).toEqual({
      targetPrompt: 'a brown cat wearing a hat in the snow',
      control: { blend: { source: ['Dog'], target: ['cat'] } },
    });
  });

  it('fits the article to what comes after it', () => {
    const replaced = (source: string, from: string, to: string) =>
      planEdit(source, [{ kind: 'replace', from, to }]).targetPrompt;
    expect(replaced('a dog in a bath', 'dog', 'elephant')).toBe('an elephant in a bath');
    expect(replaced('an orange cat', 'orange', 'blue')).toBe('a blue cat');
    expect(replaced('Mia an orange cat', 'Mia', 'Ada')).toBe('Ada an orange cat');
    expect(planEdit('an orange dog', [{ kind: 'remove', words: 'orange' }]).targetPrompt).toBe('a dog');
  });

  it('lets everything but the subject change, and sooner, where the place does', () => {
    const control = (prompt: string, from: string) =>
      planEdit(prompt, [{ kind: 'replace', from, to: 'on the beach' }]).control;
    const windows = { crossReplaceSteps: 0.2, selfReplaceSteps: 0.2 };
    const around = (words: string) => ({ ...windows, blend: { source: [], target: [], subtractSource: [words] } });
    expect(control(SOURCE, 'in the snow')).toEqual(around('brown dog wearing a hat'));
    expect(control(SOURCE, 'snow')).toEqual(around('brown dog wearing a hat'));
    expect(control('a photo of two cats in front of a house', 'house')).toEqual(around('two cats'));
    expect(control('in the snow, a dog that runs', 'in the snow')).toEqual(around('dog that runs'));
    expect(control('in the snow', 'snow')).toEqual(windows);
  });

  it('keeps no subject of which something else is asked, too', () => {
    const { control } = plan(
      { kind: 'replace', from: 'snow', to: 'jungle' },
      { kind: 'replace', from: 'dog', to: 'cat' },
    );
    expect(control).toEqual({ crossReplaceSteps: 0.2, selfReplaceSteps: 0.2 });
  });

  it.each(['hat', 'in a hat'])('takes what is worn for no place: %s', (from) => {
    const { control } = planEdit('a dog in a hat', [{ kind: 'replace', from, to: 'in a scarf' }]);
    expect(control).toEqual({ blend: { source: [from], target: ['in a scarf'] } });
  });

  it('adds words at the end', () => {
    expect(plan({ kind: 'add', words: 'at night' })).toEqual({
      targetPrompt: `${SOURCE} at night`,
      control: { blend: { source: [], target: ['at night'] } },
    });
  });

  it('leaves words out without gaps', () => {
    const { targetPrompt, control } = plan({ kind: 'remove', words: 'wearing a  hat' });
    expect(targetPrompt).toBe('a brown dog in the snow');
    expect(control).toEqual({ blend: { source: ['wearing a  hat'], target: [] } });
    expect(planEdit('a dog, a cat, a hat', [{ kind: 'remove', words: 'a cat' }]).targetPrompt).toBe('a dog, a hat');
  });

  it('weighs words of either prompt, and lets the picture change where they stand', () => {
    expect(plan({ kind: 'weigh', words: 'snow', factor: 2 })).toEqual({
      targetPrompt: SOURCE,
      control: { equalizer: [{ words: 'snow', factor: 2 }], blend: { source: ['snow'], target: ['snow'] } },
    });
    const both = plan({ kind: 'add', words: 'at night' }, { kind: 'weigh', words: 'night', factor: 3 });
    expect(both.control).toEqual({
      equalizer: [{ words: 'night', factor: 3 }],
      blend: { source: [], target: ['at night', 'night'] },
    });
  });

  it('follows several instructions one after the other', () => {
    const { targetPrompt, control } = plan(
      { kind: 'replace', from: 'dog', to: 'cat' },
      { kind: 'replace', from: 'cat', to: 'bear' },
      { kind: 'remove', words: 'wearing a hat' },
    );
    expect(targetPrompt).toBe('a brown bear in the snow');
    expect(control.blend).toEqual({ source: ['dog', 'wearing a hat'], target: ['bear'] });
  });

  it.each([
    [{ kind: 'replace', from: 'elephant', to: 'cat' }, 'words-not-found', 'elephant'],
    [{ kind: 'replace', from: 'a', to: 'the' }, 'words-ambiguous', 'a'],
    [{ kind: 'replace', from: 'dog', to: ' ' }, 'nothing-to-do', ' '],
    [{ kind: 'replace', from: 'dog', to: 'dog' }, 'nothing-to-do', ''],
    [{ kind: 'add', words: '' }, 'nothing-to-do', ''],
    [{ kind: 'remove', words: SOURCE }, 'nothing-to-do', ''],
    [{ kind: 'weigh', words: 'hot', factor: 2 }, 'words-not-found', 'hot'],
    [{ kind: 'weigh', words: 'dog', factor: 1 }, 'nothing-to-do', ''],
  ] as [EditInstruction, string, string][])('refuses %j: %s', (instruction, problem, words) => {
    expect(() => plan(instruction)).toThrow(expect.objectContaining({ name: 'EditInstructionError', problem, words }));
  });

  it('refuses an empty list', () => {
    expect(() => plan()).toThrow(expect.objectContaining({ problem: 'nothing-to-do' }));
  });
});
