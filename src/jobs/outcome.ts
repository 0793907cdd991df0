import { z } from 'zod';
import { PermanentError, UserError } from '#src/core/errors.js';
import type { Text } from '#src/core/locale.js';

const TextSchema: z.ZodType<Text> = z.lazy(() =>
  z.object({
    key: z.string() as unknown as z.ZodType<Text['key']>,
    params: z.record(z.string(), z.union([z.string(), z.number(), TextSchema])),
  }),
);

const FailureSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), text: TextSchema, details: z.array(TextSchema) }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({ kind: z.literal('fault'), message: z.string() }),
]);

export type JobFailure = z.infer<typeof FailureSchema>;
export type JobOutcome = { readonly kind: 'completed'; readonly result: unknown } | JobFailure;

/** Thrown in a worker when the person has stopped the job. */
export class CancelledError extends Error {
  constructor() {
    super('cancelled');
    this.name = 'CancelledError';
  }
}

/** Errors cross the queue as text; this is the text. */
export function encodeFailure(error: unknown): string {
  if (error instanceof CancelledError) return JSON.stringify({ kind: 'cancelled' } satisfies JobFailure);
  if (error instanceof UserError) {
    return JSON.stringify({ kind: 'user', text: error.text, details: [...error.details] } satisfies JobFailure);
  }
  return JSON.stringify({
    kind: 'fault',
    message: error instanceof Error ? error.message : String(error),
  } satisfies JobFailure);
}

/** Reads what `encodeFailure` wrote; anything else (BullMQ's own reasons) is a fault. */
export function decodeFailure(reason: string): JobFailure {
  try {
    const parsed = FailureSchema.safeParse(JSON.parse(reason));
    if (parsed.success) return parsed.data;
  } catch {
    return { kind: 'fault', message: reason };
  }
  return { kind: 'fault', message: reason };
}

/** No later attempt can end differently. */
export function isFinal(error: unknown): boolean {
  return error instanceof UserError || error instanceof PermanentError || error instanceof CancelledError;
}
