import { describe, expect, it } from 'vitest';
import { optimizeNullText } from '#models/editing/inversion/null-text-inversion.js';
import { parseSchedulerConfig } from '#models/schedulers/scheduler-config.js';
import { SD14_SCHEDULER_CONFIG } from '#test/helpers/scheduler-config.js';

/** A loss that is the first number of the embedding, which each iteration brings down by about the learning rate. */
function optimise(
  loss: (iteration: number) => number,
  { signal, unconditional = new Float32Array(2) }: { signal?: AbortSignal; unconditional?: Float32Array } = {},
) {
  let iterations = 0;
  const rates: number[] = [];
  const result = optimizeNullText({
    components: {
      schedulerConfig: parseSchedulerConfig(SD14_SCHEDULER_CONFIG),
      predictNoise: async ({ latents }) => latents.map(() => 0),
      nullTextGradient: async ({ embedding }) => {
        rates.push(embedding[0]!);
        return { loss: loss(iterations++), gradient: new Float32Array([1, 0]) };
      },
    },
    inversion: { kind: 'ddim', prompt: '', steps: 4, latentShape: [1, 1, 2], latents: new Float32Array(10) },
    conditional: new Float32Array(2),
    unconditional,
    guidanceScale: 7.5,
    ...(signal ? { signal } : {}),
  });
  return result.then(({ nullText }) => ({ embeddings: nullText!.embeddings, iterations }));
}

describe('null-text optimisation', () => {
  it('stops a step once its loss is small, after taking that update', async () => {
    const { iterations, embeddings } = await optimise(() => 0);
    expect(iterations).toBe(4);
    // Rates 1e-2 · (1, 0.875, 0.75, 0.625), added up from step to step.
    const expected = [0.01, 0.01875, 0.02625, 0.0325];
    expected.forEach((value, step) => {
      expect(embeddings[2 * step]).toBeCloseTo(-value, 6);
      expect(embeddings[2 * step + 1]).toBe(0);
    });
  });

  it('asks less of later steps', async () => {
    // Above the first step's 1e-5, below the second step's 2.6e-4.
    const { iterations } = await optimise(() => 1e-4);
    expect(iterations).toBe(10 + 3);
  });

  it('leaves the embedding that it starts from as it was', async () => {
    const unconditional = Float32Array.of(0.5, 0.25);
    const { embeddings } = await optimise(() => 0, { unconditional });
    expect([...unconditional]).toEqual([0.5, 0.25]);
    expect(embeddings[0]).toBeCloseTo(0.49, 6);
  });

  it('stops when it is aborted', async () => {
    await expect(optimise(() => 1, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});
