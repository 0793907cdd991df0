import { PermanentError } from '#src/core/errors.js';
import { createLog } from '#src/operations/log.js';
import type { CreatePetEngine, EditHooks, ImagineHooks, PetEngine, TrainPetHooks } from './engine-backend.js';
import { carryError, type FromEngine, type ToEngine } from './engine-protocol.js';

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
  return createPetEngine({ checkpoint: checkpoint!, engine: engineName!, cacheFolder: cacheFolder!, log });
}

async function call(engine: PetEngine, message: ToEngine & { readonly type: 'call' }): Promise<void> {
  const { id } = message;
  const controllers: Running = { cancel: new AbortController(), pause: new AbortController() };
  running.set(id, controllers);
  const { signal } = controllers.cancel;
  const onProgress = (progress: (FromEngine & { readonly type: 'progress' })['progress']) =>
    send({ type: 'progress', id, progress });
  try {
    const output = await run(engine, message, {
      onProgress,
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

function run(
  engine: PetEngine,
  message: ToEngine & { readonly type: 'call' },
  hooks: TrainPetHooks & ImagineHooks & EditHooks,
) {
  switch (message.name) {
    case 'train-pet':
      return engine.trainPet(message.input, hooks);
    case 'imagine':
      return engine.imagine(message.input, hooks);
    case 'edit':
      return engine.edit(message.input, hooks);
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
