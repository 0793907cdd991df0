/** @file The messages between the worker's process and the engine's, and the errors that cross. */
import { PermanentError, UserError } from '#src/core/errors.js';
import type { Text } from '#src/core/locale.js';
import { type EngineCallName, type EngineCalls, type EngineDescription, PausedError } from './engine-calls.js';

export interface EngineCallMessage<Name extends EngineCallName> {
  readonly type: 'call';
  readonly id: number;
  readonly name: Name;
  readonly input: EngineCalls[Name]['input'];
}

export type ToEngine =
  | { [Name in EngineCallName]: EngineCallMessage<Name> }[EngineCallName]
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'pause'; readonly id: number };

export type FromEngine =
  | { readonly type: 'ready'; readonly description: EngineDescription }
  /** The engine cannot start, and would not on another try. */
  | { readonly type: 'refused'; readonly message: string }
  /** It has compiled one more graph. */
  | { readonly type: 'session' }
  | { readonly type: 'progress'; readonly id: number; readonly progress: EngineCalls[EngineCallName]['progress'] }
  | { readonly type: 'snapshot'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'result'; readonly id: number; readonly output: EngineCalls[EngineCallName]['output'] }
  | { readonly type: 'error'; readonly id: number; readonly error: CarriedError };

/** An error between processes: its kind decides about retrying, its stack goes to the log. */
export type CarriedError =
  | { readonly kind: 'user'; readonly text: Text; readonly details: readonly Text[] }
  | { readonly kind: 'paused' }
  | { readonly kind: 'permanent' | 'fault' | 'aborted'; readonly message: string; readonly stack?: string };

export function carryError(error: unknown, isAborted: boolean): CarriedError {
  if (error instanceof UserError) return { kind: 'user', text: error.text, details: error.details };
  if (error instanceof PausedError) return { kind: 'paused' };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const kind = isAborted ? 'aborted' : error instanceof PermanentError ? 'permanent' : 'fault';
  return { kind, message, ...(stack !== undefined && { stack }) };
}

export function uncarryError(error: CarriedError): Error {
  if (error.kind === 'user') return UserError.fromText(error.text, error.details);
  if (error.kind === 'paused') return new PausedError();
  const raised = error.kind === 'permanent' ? new PermanentError(error.message) : new Error(error.message);
  if (error.stack !== undefined) raised.stack = error.stack;
  return raised;
}
