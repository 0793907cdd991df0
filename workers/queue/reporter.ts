/** Passes on the newest of many reports, at most one per interval. */
export function createReporter<Report>(
  send: (report: Report) => Promise<void>,
  intervalMs: number,
  onError: (error: unknown) => void,
) {
  let next: Report | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sentAt = Number.NEGATIVE_INFINITY;
  let sending: Promise<void> = Promise.resolve();
  const sendNext = () => {
    clearTimeout(timer);
    timer = undefined;
    const report = next;
    next = undefined;
    if (!report) return;
    sentAt = Date.now();
    sending = sending.then(() => send(report)).catch(onError);
  };
  const stop = () => {
    next = undefined;
    clearTimeout(timer);
  };
  return {
    report(report: Report) {
      next = report;
      timer ??= setTimeout(sendNext, Math.max(0, sentAt + intervalMs - Date.now()));
    },
    /** Sends what is left, and waits until it is sent. */
    async flush() {
      sendNext();
      await sending;
    },
    /** Forgets what is left, and waits for what is on its way. */
    async discard() {
      stop();
      await sending;
    },
    stop,
  };
}
