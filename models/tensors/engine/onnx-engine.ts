/** @file Traces functions into ONNX and runs them with ONNX Runtime. */
import './no-telemetry.js';
import { createHash } from 'node:crypto';
import { totalmem } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { WeightFiles } from '../files/weight-files.js';
import {
  type CompiledFunction,
  checkInputs,
  type Engine,
  type HostTensors,
  type SessionReport,
  type Signature,
} from './engine.js';
import type { HostTensor } from './host-tensor.js';
import { trace } from './trace.js';

export interface OnnxEngineOptions {
  /** ONNX Runtime execution provider: `cpu`, `webgpu`, `cuda`. */
  readonly provider?: 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
  /** Threads within an operator; default: one per physical core. */
  readonly threadCount?: number;
  /** Sessions are closed, least recently used first, when their models and weights exceed this; default: half of the machine's memory. */
  readonly maxSessionBytes?: number;
  readonly onSession?: (report: SessionReport) => void;
}

/** The rest is for what runs through the sessions, and for everybody else. */
const SESSION_SHARE_OF_MEMORY = 0.5;

interface OpenSession {
  readonly session: ort.InferenceSession;
  readonly bytes: number;
}

export function createOnnxEngine(options: OnnxEngineOptions = {}): Engine {
  const { provider = 'cpu', maxSessionBytes = SESSION_SHARE_OF_MEMORY * totalmem(), onSession } = options;
  /** In order of last use, oldest first. */
  const open = new Map<string, OpenSession>();

  async function close(key: string): Promise<void> {
    const entry = open.get(key);
    open.delete(key);
    await entry?.session.release();
  }

  async function makeRoomFor(bytes: number): Promise<void> {
    for (const [key] of open) {
      const total = [...open.values()].reduce((sum, entry) => sum + entry.bytes, 0);
      if (total + bytes <= maxSessionBytes) return;
      await close(key);
    }
  }

  return {
    name: `onnx (${provider})`,
    async compile(name, fn, signature, weights) {
      const key = sessionKey(name, signature, weights);
      const build = async (): Promise<OpenSession> => {
        const startedAt = performance.now();
        const traced = trace(name, fn, signature, weights);
        const { nodeCount, constantBytes, weightBytes, model } = traced;
        const bytes = model.length + weightBytes;
        await makeRoomFor(bytes);
        const session = await createSession(traced, provider, options.threadCount);
        onSession?.({
          name,
          nodeCount,
          constantBytes,
          weightBytes,
          modelBytes: model.length,
          buildMs: performance.now() - startedAt,
        });
        return { session, bytes };
      };
      const acquire = async (): Promise<OpenSession> => {
        const known = open.get(key);
        const entry = known ?? (await build());
        open.delete(key);
        open.set(key, entry);
        return entry;
      };
      await acquire();
      return onnxFunction(name, signature, acquire, () => close(key));
    },
    async dispose() {
      for (const key of [...open.keys()]) await close(key);
    },
  };
}

function sessionKey(name: string, signature: Signature, weights?: WeightFiles): string {
  const hash = createHash('sha256').update(JSON.stringify([name, signature, weights?.key ?? '']));
  return hash.digest('hex');
}

async function createSession(
  traced: ReturnType<typeof trace>,
  provider: string,
  threadCount?: number,
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(traced.model, {
    executionProviders: [provider],
    // Where a model that is in memory finds its external data; locations in the model are relative to it.
    extra: { session: { model_external_initializers_file_folder_path: traced.weightFolder } },
    graphOptimizationLevel: 'all',
    ...(threadCount === undefined ? {} : { intraOpNumThreads: threadCount }),
    logSeverityLevel: 3,
  });
}

function onnxFunction(
  name: string,
  signature: Signature,
  acquire: () => Promise<OpenSession>,
  dispose: () => Promise<void>,
): CompiledFunction {
  return {
    name,
    async run(inputs: HostTensors) {
      checkInputs(name, signature, inputs);
      const { session } = await acquire();
      const feeds = Object.entries(inputs).map(([key, { dtype, data, shape }]) => [
        `in.${key}`,
        new ort.Tensor(dtype, data as Float32Array, shape),
      ]);
      const outputs = await session.run(Object.fromEntries(feeds));
      const results: Record<string, HostTensor> = {};
      for (const [key, tensor] of Object.entries(outputs)) {
        results[key.slice('out.'.length)] = {
          dtype: tensor.type as HostTensor['dtype'],
          shape: tensor.dims,
          data: tensor.data as Float32Array,
        };
      }
      return results;
    },
    dispose,
  };
}
