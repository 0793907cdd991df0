import { describe, expect, test } from 'vitest';
import { PermanentError, UserError } from '#src/core/errors.js';
import { text } from '#src/core/locale.js';
import { CancelledError, decodeFailure, encodeFailure, isFinal } from '#src/jobs/outcome.js';

describe('an error that crosses the queue', () => {
  test('keeps its text and details when it is for the person', () => {
    const details = [text('errors.photoEmpty', { number: 1, name: 'a' })];
    const error = new UserError('photosRefused', {}, details);
    expect(decodeFailure(encodeFailure(error))).toEqual({ kind: 'user', text: error.text, details });
  });

  test('is a cancellation or a fault otherwise', () => {
    expect(decodeFailure(encodeFailure(new CancelledError()))).toEqual({ kind: 'cancelled' });
    expect(decodeFailure(encodeFailure(new Error('no')))).toEqual({ kind: 'fault', message: 'no' });
    expect(decodeFailure(encodeFailure('no'))).toEqual({ kind: 'fault', message: 'no' });
  });

  test('may be the queue’s own words', () => {
    for (const reason of [
      'job stalled more than allowable limit',
      '',
      '{"kind":"x"}',
      '{"kind":"user"}',
      'null',
      '[]',
    ]) {
      expect(decodeFailure(reason)).toEqual({ kind: 'fault', message: reason });
    }
  });

  test('is final when no retry can help', () => {
    expect(
      [new UserError('promptEmpty'), new PermanentError('x'), new CancelledError(), new Error('x')].map(isFinal),
    ).toEqual([true, true, true, false]);
  });
});
