import { z } from 'zod';

const lineSchema = z.looseObject({
  level: z.number(),
  time: z.number(),
  name: z.string().default(''),
  msg: z.string().default(''),
  err: z.looseObject({ message: z.string(), stack: z.string().optional() }).optional(),
});

const levelNames: Readonly<Record<number, string>> = { 40: 'warning: ', 50: 'error: ', 60: 'fatal: ' };
const errorLevel = 50;
/** What every line has and nobody at a terminal needs. */
const unshown: ReadonlySet<string> = new Set(['level', 'time', 'name', 'msg', 'err', 'pid', 'hostname']);

/** A line of the log for a person at a terminal: time, process, sentence, details. Files and pipes get it as JSON. */
export function readableLine(json: string): string {
  const { level, time, name, msg, err, ...others } = lineSchema.parse(JSON.parse(json));
  const clock = new Date(time).toTimeString().slice(0, 8);
  const details = Object.entries(others)
    .filter(([key, value]) => !unshown.has(key) && !(typeof value === 'string' && msg.includes(value)))
    .map(([key, value]) => `  ${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const sentence = `${clock} ${name.padEnd(8)} ${levelNames[level] ?? ''}${msg}`;
  // A sentence that is the error's own is for the host to act on, and says all there is.
  const isTold = err === undefined || msg.includes(err.message);
  const reason = isTold || level >= errorLevel ? '' : ` (${err.message.split('\n')[0]})`;
  const stack = isTold || level < errorLevel ? '' : `\n${err.stack ?? err.message}`;
  return `${sentence}${reason}${details.join('')}${stack}\n`;
}
