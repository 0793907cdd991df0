/** Chooses what runs the tensors, and says so in one log line. */
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import { createEagerEngine } from '#models/tensors/engine/eager-engine.js';
import type { Engine } from '#models/tensors/engine/engine.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import type { PetEngineOptions } from './engine-calls.js';

/** Packages that register a TensorFlow.js backend when imported; both are optional. */
const BACKEND_PACKAGES: Readonly<Record<string, string>> = { tensorflow: '@tensorflow/tfjs-node-gpu' };

/** `onnx`, or `eager:<backend>`; where that backend is absent or broken, ONNX Runtime takes its place. */
export async function createTensorEngine({
  engine,
  ...options
}: Pick<PetEngineOptions, 'engine' | 'log' | 'onSession'>): Promise<Engine> {
  const { log } = options;
  // Without it TensorFlow.js prints a banner that recommends another backend.
  tf.enableProdMode();
  // Host-side tensors of the trainers and of tracing live on this backend.
  await tf.setBackend('cpu');
  const [kind, backend] = engine.split(':');
  if (kind === 'eager' && backend) {
    try {
      const packageName = BACKEND_PACKAGES[backend];
      if (packageName) await import(packageName);
      if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend}`);
      log.info({ engine: `eager (${backend})` }, 'tensors run on TensorFlow.js');
      return createEagerEngine(backend);
    } catch (error) {
      await tf.setBackend('cpu');
      log.warn({ err: error, engine: 'onnx (cpu)' }, `${engine} is not usable here; tensors run on ONNX Runtime`);
      return onnxEngine(options);
    }
  }
  log.info({ engine: 'onnx (cpu)', cores: availableParallelism() }, 'tensors run on ONNX Runtime');
  return onnxEngine(options);
}

const onnxEngine = ({ log, onSession }: Pick<PetEngineOptions, 'log' | 'onSession'>): Engine =>
  createOnnxEngine({
    onSession: ({ name, ...report }) => {
      // pino's own `name` says which process speaks.
      log.debug({ session: name, ...report }, 'session built');
      onSession?.();
    },
  });
