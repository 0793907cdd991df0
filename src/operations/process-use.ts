import { readdir, readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';

export interface ProcessUse {
  /** Resident. */
  readonly memoryBytes: number;
  /** Of the processor, all threads together, since its start. */
  readonly workMs: number;
}

const pageBytes = 4096;
/** Linux tells times in hundredths of a second, on every machine. */
const tickMs = 10;

/** What a process uses; undefined where it has ended, or the system tells nothing. */
export async function readProcessUse(pid: number | undefined): Promise<ProcessUse | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  if (stat === undefined) return undefined;
  // After the name in brackets, which may hold spaces, from field 3 on: 14 and 15 are times, 24 is memory.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { memoryBytes: fields[21]! * pageBytes, workMs: (fields[11]! + fields[12]!) * tickMs };
}

/** Lets others go first where all processors are busy. On Linux a priority is that of a thread, and of those that it makes afterwards. */
export async function yieldToOthers(pid: number | undefined): Promise<void> {
  if (pid === undefined) return;
  lower(pid);
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  for (const thread of threads) lower(Number(thread));
}

function lower(id: number): void {
  try {
    setPriority(id, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended meanwhile, or the system does not allow it: then it competes like everybody.
  }
}
