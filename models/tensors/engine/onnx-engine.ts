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
  /** Sessions that save memory do so with at least as many bytes of weights; default: 1 GiB. */
  readonly savesMemoryFromBytes?: number;
  readonly onSession?: (report: SessionReport) => void;
}

/** The rest is for what runs through the sessions, and for everybody else. */
const SESSION_SHARE_OF_MEMORY = 0.5;

/**
 * A session usually holds copies of its weights, folded, reordered and packed, which are fast. One that saves memory does with
 * what the files hold: pages that all sessions share and that the kernel may take back. Common subexpressions are not joined,
 * since all that the backward pass rebuilds to save memory are ones; and the arena would keep what the largest step ever needed.
 */
const MAPPED = {
  options: {
    // The next level orders the filters of convolutions anew.
    graphOptimizationLevel: 'extended',
    enableCpuMemArena: false,
    enableMemPattern: false,
  },
  session: { disable_prepacking: '1' },
  optimization: { disable_specified_optimizers: 'ConstantFolding;CommonSubexpressionElimination' },
} as const;
const COPIED = { options: { graphOptimizationLevel: 'all' }, session: {}, optimization: {} } as const;
const SAVES_MEMORY_FROM_BYTES = 2 ** 30;

interface OpenSession {
  readonly session: ort.InferenceSession;
  readonly bytes: number;
  readonly isMapped: boolean;
}

export function createOnnxEngine(options: OnnxEngineOptions = {}): Engine {
  const {
    provider = 'cpu',
    maxSessionBytes = SESSION_SHARE_OF_MEMORY * totalmem(),
    savesMemoryFromBytes = SAVES_MEMORY_FROM_BYTES,
    onSession,
  } = options;
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

  async function closeLargeCopies(): Promise<void> {
    for (const [key, { bytes, isMapped }] of open) {
      if (!isMapped && bytes >= savesMemoryFromBytes) await close(key);
    }
  }

  return {
    name: `onnx (${provider})`,
    async compile(name, fn, signature, weights, { savesMemory = false, closesCopies = false } = {}) {
      const key = sessionKey(name, signature, weights);
      const build = async (): Promise<OpenSession> => {
        const startedAt = performance.now();
        const traced = trace(name, fn, signature, weights);
        const { nodeCount, constantBytes, weightBytes, model } = traced;
        const isMapped = savesMemory && provider === 'cpu' && weightBytes >= savesMemoryFromBytes;
        const bytes = isMapped ? model.length : model.length + weightBytes;
        await makeRoomFor(bytes);
        const session = await createSession(traced, provider, { isMapped, threadCount: options.threadCount });
        onSession?.({
          name,
          nodeCount,
          constantBytes,
          weightBytes,
          modelBytes: model.length,
          buildMs: performance.now() - startedAt,
        });
        return { session, bytes, isMapped };
      };
      const acquire = async (): Promise<OpenSession> => {
        const known = open.get(key);
        const entry = known ?? (await build());
        open.delete(key);
        open.set(key, entry);
        if (closesCopies) await closeLargeCopies();
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
  { isMapped, threadCount }: { readonly isMapped: boolean; readonly threadCount: number | undefined },
): Promise<ort.InferenceSession> {
  const { options, session, optimization } = isMapped ? MAPPED : COPIED;
  return ort.InferenceSession.create(traced.model, {
    ...options,
    executionProviders: [provider],
    // Where a model that is in memory finds its external data; locations in the model are relative to it.
    extra: { session: { ...session, model_external_initializers_file_folder_path: traced.weightFolder }, optimization },
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
