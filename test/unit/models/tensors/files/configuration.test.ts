import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
import { camelCaseKeys, diffusersFields, parseConfiguration } from '#models/tensors/files/configuration.js';

const schema = z.strictObject({
  ...diffusersFields('Toy'),
  block_out_channels: z.array(z.int().positive()),
  norm_eps: z.number().default(1e-5),
  act_fn: z.enum(['silu', 'gelu']).default('silu'),
  heads: z.union([z.int(), z.array(z.int())]).default(8),
});

const failure = (json: unknown): CheckpointError => {
  try {
    parseConfiguration(schema, json, { file: 'toy/config.json' });
  } catch (error) {
    return error as CheckpointError;
  }
  throw new Error('was accepted');
};

describe('parseConfiguration', () => {
  it('fills defaults, and camelCaseKeys renames fields and drops what describes the file', () => {
    const config = parseConfiguration(schema, {
      _class_name: 'Toy',
      _diffusers_version: '0.2',
      block_out_channels: [3],
    });
    expect(camelCaseKeys(config)).toEqual({ blockOutChannels: [3], normEps: 1e-5, actFn: 'silu', heads: 8 });
  });

  it.each([
    ['a missing field', {}, { key: 'block_out_channels', expected: 'array', found: 'nothing' }],
    ['an element', { block_out_channels: [1, 'x'] }, { key: 'block_out_channels.1', expected: 'number', found: '"x"' }],
    [
      'a value',
      { block_out_channels: [1], act_fn: 'relu' },
      { key: 'act_fn', expected: '"silu" or "gelu"', found: '"relu"' },
    ],
    [
      'a union',
      { block_out_channels: [1], heads: 'many' },
      { key: 'heads', expected: 'number or array', found: '"many"' },
    ],
    ['an unknown field', { block_out_channels: [1], x: [2] }, { key: 'x', expected: 'a known field', found: '[2]' }],
    [
      'another class',
      { block_out_channels: [1], _class_name: 'Y' },
      { key: '_class_name', expected: '"Toy"', found: '"Y"' },
    ],
    ['no object', 'text', { key: 'the file', expected: 'object', found: '"text"' }],
  ])('names file, key, expected and found for %s', (_, json, problem) => {
    const error = failure(json);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error).toMatchObject({ file: 'toy/config.json', ...problem });
    expect(error.message).toBe(`toy/config.json: ${problem.key}: expected ${problem.expected}, found ${problem.found}`);
  });
});
