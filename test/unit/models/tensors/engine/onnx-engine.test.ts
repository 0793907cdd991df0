import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createEagerEngine } from '#models/tensors/engine/eager-engine.js';
import type { Engine, SessionReport } from '#models/tensors/engine/engine.js';
import { hostTensor } from '#models/tensors/engine/host-tensor.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { EngineDisagreesError, EXPECTED, selfTest, selfTestNumbers } from '#models/tensors/engine/self-test.js';
import { SafetensorsFile, writeSafetensors } from '#models/tensors/files/safetensors.js';
import { createWeightFiles } from '#models/tensors/files/weight-files.js';
import { linear } from '#models/tensors/ops.js';
import { packageRoot } from '#src/core/package-root.js';
import { waves } from '#test/helpers/engines.js';

beforeAll(() => tf.setBackend('cpu'));

async function checkpointWith(dtype: 'F32' | 'F16') {
  const path = join(mkdtempSync(join(tmpdir(), 'petbooth-test-')), 'model.safetensors');
  await writeSafetensors(path, {
    'layer.weight': { shape: [300, 200], data: waves([300, 200], 1).data as Float32Array, dtype },
    'layer.bias': { shape: [300], data: waves([300], 2).data as Float32Array, dtype },
  });
  return createWeightFiles([{ file: await SafetensorsFile.open(path) }]);
}

describe('weights', () => {
  test.each(['F32', 'F16'] as const)(
    'in %s are read from the safetensors file, not copied into the model',
    async (dtype) => {
      const reports: SessionReport[] = [];
      const onnx = createOnnxEngine({ onSession: (report) => reports.push(report) });
      const weights = await checkpointWith(dtype);
      const signature = { x: { shape: [2, 200], dtype: 'float32' } } as const;
      const apply: Parameters<typeof onnx.compile>[1] = ({ x }, parameters) => {
        const layer = parameters.at('layer');
        return { y: linear(x!, layer.get('weight', [300, 200]), layer.get('bias', [300])) };
      };
      const inputs = { x: waves([2, 200], 3) };
      const { y } = await (await onnx.compile('linear', apply, signature, weights)).run(inputs);
      const { y: expected } = await (await createEagerEngine('cpu').compile('linear', apply, signature, weights)).run(
        inputs,
      );
      const largest = Math.max(...expected!.data.map(Math.abs));
      for (const [index, value] of expected!.data.entries()) {
        expect(Math.abs(y!.data[index]! - value)).toBeLessThan(1e-5 * largest);
      }
      expect(reports[0]!.modelBytes).toBeLessThan(2000);
      await onnx.dispose();
    },
  );

  test('are copied anew where a session that needs their room has run, and only there', async () => {
    const built: string[] = [];
    const onnx = createOnnxEngine({ savesMemoryFromBytes: 0, onSession: ({ name }) => built.push(name) });
    const weights = await checkpointWith('F32');
    const signature = { x: { shape: [2, 200], dtype: 'float32' } } as const;
    const apply: Parameters<typeof onnx.compile>[1] = ({ x }, parameters) => ({
      y: linear(x!, parameters.get('layer.weight', [300, 200])),
    });
    const inputs = { x: waves([2, 200], 3) };
    const draw = await onnx.compile('draw', apply, signature, weights);
    const invert = await onnx.compile('invert', apply, signature, weights, { savesMemory: true });
    const { y: drawn } = await draw.run(inputs);
    const { y: inverted } = await invert.run(inputs);
    await draw.run(inputs);
    expect(built).toEqual(['draw', 'invert']);
    const train = await onnx.compile('train', apply, signature, weights, { savesMemory: true, closesCopies: true });
    const { y: trained } = await train.run(inputs);
    await invert.run(inputs);
    await draw.run(inputs);
    expect(built).toEqual(['draw', 'invert', 'train', 'draw']);
    const largest = Math.max(...drawn!.data.map(Math.abs));
    for (const other of [inverted!, trained!])
      for (const [index, value] of drawn!.data.entries())
        expect(Math.abs(other.data[index]! - value)).toBeLessThan(1e-5 * largest);
    await onnx.dispose();
  });

  test('of another shape are refused by name', async () => {
    const weights = await checkpointWith('F32');
    const wrong = createOnnxEngine().compile(
      'wrong',
      (_, parameters) => ({ y: parameters.get('layer.bias', [7]) }),
      {},
      weights,
    );
    await expect(wrong).rejects.toThrow(/layer\.bias.*\[7\].*\[300\]/s);
  });
});

test('an operator that cannot be traced is an error naming it, its shapes and the function', async () => {
  const compiling = createOnnxEngine().compile('strange', ({ x }) => ({ y: tf.acosh(x!) }), {
    x: { shape: [3], dtype: 'float32' },
  });
  await expect(compiling).rejects.toThrow(/Cannot compile strange: .*Acosh\(\[3\]\)/);
});

test('reading a value while tracing is an error', async () => {
  const compiling = createOnnxEngine().compile('reads', ({ x }) => ({ y: tf.scalar(x!.dataSync()[0]!) }), {
    x: { shape: [1], dtype: 'float32' },
  });
  await expect(compiling).rejects.toThrow(/only shapes are known/);
});

test('inputs that do not fit the signature are refused by name', async () => {
  const onnx = createOnnxEngine();
  const compiled = await onnx.compile('double', ({ x }) => ({ y: tf.mul(x!, 2) }), {
    x: { shape: [3], dtype: 'float32' },
  });
  await expect(compiled.run({ x: hostTensor([2], new Float32Array(2)) })).rejects.toThrow(
    'double: input "x" expected float32 [3], got float32 [2]',
  );
  await expect(compiled.run({})).rejects.toThrow('double: input "x" is missing');
  await onnx.dispose();
});

test('a second compilation of the same function and signature reuses the session', async () => {
  const reports: SessionReport[] = [];
  const onnx = createOnnxEngine({ onSession: (report) => reports.push(report) });
  const compile = (size: number) =>
    onnx.compile('triple', ({ x }) => ({ y: tf.mul(x!, 3) }), { x: { shape: [size], dtype: 'float32' } });
  await compile(3);
  await compile(3);
  await compile(4);
  expect(reports.map(({ name }) => name)).toEqual(['triple', 'triple']);
  await onnx.dispose();
});

test('sessions beyond the byte limit are closed, least recently used first, and open again when used', async () => {
  const reports: SessionReport[] = [];
  const onnx = createOnnxEngine({ onSession: (report) => reports.push(report), maxSessionBytes: 1 });
  const compile = (name: string) =>
    onnx.compile(name, ({ x }) => ({ y: tf.mul(x!, 3) }), { x: { shape: [1], dtype: 'float32' } });
  const first = await compile('first');
  await compile('second');
  const { y } = await first.run({ x: hostTensor([1], Float32Array.of(2)) });
  expect(y!.data[0]).toBe(6);
  expect(reports.map(({ name }) => name)).toEqual(['first', 'second', 'first']);
  await onnx.dispose();
});

test('as many sessions as fit into the byte limit stay open', async () => {
  const reports: SessionReport[] = [];
  const compileInto = (engine: Engine, name: string) =>
    engine.compile(name, ({ x }) => ({ y: tf.mul(x!, 3) }), { x: { shape: [1], dtype: 'float32' } });
  const measuring = createOnnxEngine({ onSession: (report) => reports.push(report) });
  await compileInto(measuring, 'a');
  await measuring.dispose();
  const { modelBytes } = reports.pop()!;

  const onnx = createOnnxEngine({ onSession: (report) => reports.push(report), maxSessionBytes: 2 * modelBytes });
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await compileInto(onnx, name);
  expect(
    reports.map(({ name }) => name),
    'only b had to go for c, and to come back',
  ).toEqual(['a', 'b', 'c', 'b']);
  await onnx.dispose();
});

test('tracing leaves no tensor behind', async () => {
  const before = tf.memory().numTensors;
  const onnx = createOnnxEngine();
  await onnx.compile('leaky?', ({ x }) => ({ y: tf.softmax(tf.square(x!)) }), {
    x: { shape: [3, 4], dtype: 'float32' },
  });
  expect(tf.memory().numTensors).toBe(before);
  await onnx.dispose();
});

describe('the self-test', () => {
  test('holds the numbers of the oracle', async () => {
    const numbers = await selfTestNumbers(createEagerEngine('cpu'));
    for (const [index, value] of numbers.entries()) expect(value).toBeCloseTo(EXPECTED[index]!, 4);
  });

  test('passes on the ONNX engine', async () => {
    await expect(selfTest(createOnnxEngine())).resolves.toBeUndefined();
  });

  test('refuses an engine that computes something else', async () => {
    const honest = createOnnxEngine();
    const wrong: typeof honest = {
      ...honest,
      name: 'wrong',
      compile: async (...args) => {
        const compiled = await honest.compile(...args);
        return {
          ...compiled,
          run: async (inputs) => {
            const outputs = await compiled.run(inputs);
            for (const { data } of Object.values(outputs)) data[1]! *= 1.001;
            return outputs;
          },
        };
      },
    };
    await expect(selfTest(wrong)).rejects.toThrow(EngineDisagreesError);
  });
});

test('ONNX Runtime tells its maker nothing, and keeps no identifier of the machine', () => {
  const home = mkdtempSync(join(tmpdir(), 'petbooth-test-'));
  const engine = join(process.env.COMPILED_CHILDREN!, 'models/tensors/engine/onnx-engine.js');
  const makesSession = `
    await import(${JSON.stringify(engine)});
    const { InferenceSession } = await import('onnxruntime-node');
    await InferenceSession.create(new Uint8Array(3)).catch(() => {});`;
  // It is silent anyway where a variable says that tests run.
  execFileSync(process.execPath, ['--input-type=module', '--eval', makesSession], {
    cwd: packageRoot,
    env: { HOME: home },
  });
  expect(readdirSync(home)).toEqual([]);
});
