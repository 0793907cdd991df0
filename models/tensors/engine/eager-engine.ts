/** @file Runs functions op by op on a TensorFlow.js backend: CUDA through tfjs-node-gpu, or `cpu`, the oracle of the tests. */
import * as tf from '@tensorflow/tfjs';
import { type LoadedParameters, loadParameters, recordParameters, type WeightFiles } from '../files/weight-files.js';
import { Parameters } from '../parameters.js';
import {
  type CompiledFunction,
  checkInputs,
  type Engine,
  type HostTensors,
  type Signature,
  type TracedFunction,
} from './engine.js';
import type { HostTensor } from './host-tensor.js';

/** @param backendName a registered tfjs backend, such as `cpu` or `tensorflow` */
export function createEagerEngine(backendName: string): Engine {
  return {
    name: `eager (${backendName})`,
    async compile(name, fn, signature, weights) {
      await tf.setBackend(backendName);
      const parameters = weights ? await loadWanted(fn, signature, weights) : undefined;
      return eagerFunction({ backendName, name, fn, signature, parameters });
    },
    async dispose() {},
  };
}

/** Which parameters `fn` wants is known after a trace that records names only: models collect them when constructed. */
async function loadWanted(fn: TracedFunction, signature: Signature, weights: WeightFiles): Promise<LoadedParameters> {
  const wanted = recordParameters((source) => {
    try {
      const inputs = Object.entries(signature).map(([key, { shape, dtype }]) => [key, tf.zeros([...shape], dtype)]);
      fn(Object.fromEntries(inputs), new Parameters(source));
    } catch {
      // The placeholders have no true shapes; all parameters were asked for before the first computation failed.
    }
  });
  return loadParameters(weights, wanted);
}

interface EagerFunction {
  readonly backendName: string;
  readonly name: string;
  readonly fn: TracedFunction;
  readonly signature: Signature;
  readonly parameters: LoadedParameters | undefined;
}

function eagerFunction({ backendName, name, fn, signature, parameters }: EagerFunction): CompiledFunction {
  const scope = new Parameters(
    parameters ?? {
      get: (key) => {
        throw new Error(`${name}: no weights hold ${key}`);
      },
    },
  );
  return {
    name,
    async run(inputs: HostTensors) {
      checkInputs(name, signature, inputs);
      await tf.setBackend(backendName);
      const outputs = tf.tidy(() => {
        const tensors = Object.entries(inputs).map(([key, { data, shape, dtype }]) => [
          key,
          tf.tensor(data, [...shape], dtype),
        ]);
        return fn(Object.fromEntries(tensors), scope);
      });
      const results: Record<string, HostTensor> = {};
      for (const [key, tensor] of Object.entries(outputs)) {
        const data = (await tensor.data()) as Float32Array | Int32Array | Uint8Array;
        results[key] = { dtype: tensor.dtype as HostTensor['dtype'], shape: tensor.shape, data };
      }
      tf.dispose(outputs);
      return results;
    },
    async dispose() {
      parameters?.dispose();
    },
  };
}
