import { PermanentError } from '#src/core/errors.js';
import { createLog } from '#src/operations/log.js';
import type { CreatePetEngine, EngineCallName, EngineFunctions, PetEngine } from './engine-calls.js';
import { carryError, type EngineCallMessage, type FromEngine, type ToEngine } from './engine-protocol.js';

/** The child process that holds the model. It may block for as long as a step takes, and may be killed at any time. */
const [moduleName, checkpoint, engineName, cacheFolder, logLevel] = process.argv.slice(2);
if (!process.send || !moduleName || !checkpoint || !engineName || !cacheFolder || !logLevel) {
  throw new Error(
    'engine-process is started by the worker: <engine module> <checkpoint> <engine> <cache folder> <log level>',
  );
}
const log = createLog({ level: logLevel, name: 'engine' });

const send = (message: FromEngine): void => {
  process.send?.(message);
};
interface Running {
  readonly cancel: AbortController;
  readonly pause: AbortController;
}
const running = new Map<number, Running>();

async function start(): Promise<PetEngine> {
  const { createPetEngine } = (await import(moduleName!)) as { readonly createPetEngine: CreatePetEngine };
  return createPetEngine({
    checkpoint: checkpoint!,
    engine: engineName!,
    cacheFolder: cacheFolder!,
    log,
    onSession: () => send({ type: 'session' }),
  });
}

async function call<Name extends EngineCallName>(
  engine: EngineFunctions,
  { id, name, input }: EngineCallMessage<Name>,
): Promise<void> {
  const controllers: Running = { cancel: new AbortController(), pause: new AbortController() };
  running.set(id, controllers);
  const { signal } = controllers.cancel;
  try {
    const output = await engine[name](input, {
      onProgress: (progress) => send({ type: 'progress', id, progress }),
      onSnapshot: (bytes) => send({ type: 'snapshot', id, bytes }),
      signal,
      pause: controllers.pause.signal,
    });
    send({ type: 'result', id, output });
  } catch (error) {
    send({ type: 'error', id, error: carryError(error, signal.aborted) });
  } finally {
    running.delete(id);
  }
}

// The worker that asked is gone: nobody would hear the answer.
process.on('disconnect', () => process.exit(0));
// A terminal's Ctrl+C, or its end, reaches every process; the worker decides when this one ends.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

try {
  const engine = await start();
  process.on('message', (message: ToEngine) => {
    if (message.type === 'call') void call(engine, message);
    else running.get(message.id)?.[message.type].abort(new Error(message.type));
  });
  send({ type: 'ready', description: engine.describe() });
} catch (error) {
  log.fatal({ err: error }, 'the engine cannot start');
  const isPermanent = error instanceof PermanentError;
  const message = error instanceof Error ? error.message : String(error);
  process.send(
    isPermanent ? { type: 'refused', message } : { type: 'refused', message: `the engine failed at start: ${message}` },
    () => process.exit(1),
  );
}
