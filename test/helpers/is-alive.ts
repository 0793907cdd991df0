/** Whether a process of this id runs, or waits for its parent to notice that it ended. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
