import { Telegram } from 'telegraf';
import type { InputFile, Telegram as Methods, Opts } from 'telegraf/types';
import type { EphemeralMessageParameters, EphemeralMethods } from './ephemeral-methods.js';
import { TelegramRefusedError, TelegramUnansweredError } from './errors.js';

export type Method = keyof Methods | keyof EphemeralMethods;
type PayloadOf<Name extends Method> = Name extends keyof EphemeralMethods
  ? Parameters<EphemeralMethods[Name]>[0]
  : Name extends keyof Methods
    ? Opts<Name> &
        (Name extends 'sendMessage' ? { ephemeral_message_parameters?: EphemeralMessageParameters } : unknown)
    : never;
type AnswerOf<Name extends Method> = Name extends keyof EphemeralMethods
  ? ReturnType<EphemeralMethods[Name]>
  : Name extends keyof Methods
    ? Awaited<ReturnType<Methods[Name]>> & (Name extends 'sendMessage' ? { ephemeral_message_id?: number } : unknown)
    : never;

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface TelegramClientOptions {
  readonly token: string;
  /** Without a slash at its end. */
  readonly apiRoot: string;
  readonly timeoutMs?: number | undefined;
  /** A request was refused because the group it was for has become a supergroup. */
  readonly onMoved?: (from: string, to: string) => void;
  /** Rejects where another bot may act by now. */
  readonly beforeRequest?: (() => Promise<void>) | undefined;
}

const defaultTimeoutMs = 30_000;
/** Uploads on a slow line. */
const uploadTimeoutFactor = 4;

/** Nothing was sent when the connection could not even be opened. */
const unsentCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The Bot API with time limits and with errors that hold no token, address or payload. */
export class TelegramClient {
  readonly #telegram: Telegram;
  readonly #token: string;
  readonly #apiRoot: string;
  readonly #timeoutMs: number;
  readonly #onMoved: TelegramClientOptions['onMoved'];
  readonly #beforeRequest: TelegramClientOptions['beforeRequest'];

  constructor({ token, apiRoot, timeoutMs = defaultTimeoutMs, onMoved, beforeRequest }: TelegramClientOptions) {
    this.#onMoved = onMoved;
    this.#beforeRequest = beforeRequest;
    this.#token = token;
    this.#apiRoot = apiRoot;
    this.#timeoutMs = timeoutMs;
    this.#telegram = new Telegram(token, { apiRoot, webhookReply: false });
  }

  /** @throws TelegramRefusedError, TelegramUnansweredError */
  async call<Name extends Method>(
    method: Name,
    payload: PayloadOf<Name>,
    { timeoutMs, signal }: CallOptions = {},
  ): Promise<AnswerOf<Name>> {
    await this.#beforeRequest?.();
    const isUpload = holdsFile(payload);
    const limitMs = timeoutMs ?? this.#timeoutMs * (isUpload ? uploadTimeoutFactor : 1);
    const timeout = AbortSignal.timeout(limitMs);
    try {
      return (await this.#telegram.callApi(method as never, (isUpload ? encodeObjects(payload) : payload) as never, {
        signal: (signal ? AbortSignal.any([signal, timeout]) : timeout) as never,
      })) as AnswerOf<Name>;
    } catch (error) {
      const explained = this.#explain(method, error, timeout.aborted ? `no answer within ${limitMs} ms` : undefined);
      const { chat_id: chat } = payload as { readonly chat_id?: number | string };
      if (chat !== undefined && explained instanceof TelegramRefusedError && explained.migratedTo !== undefined)
        this.#onMoved?.(String(chat), String(explained.migratedTo));
      throw explained;
    }
  }

  /**
   * Fetches a file that `getFile` named.
   * @throws RangeError where it is larger than `maxBytes`
   */
  async download(path: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    if (!/^[\w./ -]+$/.test(path) || path.split('/').includes('..') || path.startsWith('/'))
      throw new TelegramUnansweredError('download', 'the file has a path that is not for downloading', false);
    const timeout = AbortSignal.timeout(this.#timeoutMs * uploadTimeoutFactor);
    try {
      const response = await fetch(`${this.#apiRoot}/file/bot${this.#token}/${encodeURI(path)}`, {
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        redirect: 'error',
      });
      if (!response.ok || !response.body) {
        await response.body?.cancel();
        throw new TelegramRefusedError('download', { code: response.status, description: 'the file is not there' });
      }
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of response.body) {
        length += chunk.byteLength;
        if (length > maxBytes) throw new RangeError(`a file of more than ${maxBytes} bytes`);
        chunks.push(chunk as Uint8Array);
      }
      return new Uint8Array(Buffer.concat(chunks));
    } catch (error) {
      if (error instanceof RangeError || error instanceof TelegramRefusedError) throw error;
      throw this.#explain('download', error, timeout.aborted ? 'it took too long' : undefined);
    }
  }

  /** Without a cause: an error of the client library holds addresses (with the token), payloads, and both again in its stack. */
  #explain(method: string, error: unknown, reason: string | undefined): Error {
    const { response, code, type, message } = error as {
      response?: {
        error_code: number;
        description?: string;
        parameters?: { retry_after?: number; migrate_to_chat_id?: number };
      };
      code?: unknown;
      type?: string;
      message?: string;
    };
    if (response && response.error_code < 500) {
      return new TelegramRefusedError(method, {
        code: response.error_code,
        description: this.#redact(response.description ?? ''),
        retryAfterSeconds: response.parameters?.retry_after,
        migratedTo: response.parameters?.migrate_to_chat_id,
      });
    }
    const words =
      reason ??
      (response
        ? `status ${response.error_code}`
        : typeof code === 'string'
          ? code
          : (type ?? this.#redact(message ?? '?')));
    return new TelegramUnansweredError(method, words, !unsentCodes.has(code));
  }

  #redact(words: string): string {
    return words
      .replaceAll(this.#token, '[token]')
      .replace(/https?:\/\/\S+/g, '[address]')
      .slice(0, 300);
  }
}

export function fileOf(bytes: Uint8Array, filename: string): InputFile {
  return { source: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), filename };
}

function holdsFile(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsFile);
  if (typeof value !== 'object' || value === null) return false;
  return Buffer.isBuffer((value as { source?: unknown }).source) || Object.values(value).some(holdsFile);
}

/** telegraf drops plain objects such as `reply_parameters` from a request with files (telegraf#1970); as JSON they stay. */
function encodeObjects<Payload>(payload: Payload): Payload {
  return Object.fromEntries(
    Object.entries(payload as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && !holdsFile(value) ? JSON.stringify(value) : value,
    ]),
  ) as Payload;
}
