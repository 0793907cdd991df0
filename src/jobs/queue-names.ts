/** The queue of the checkpoint that the bot is set up for, and of all versions that knew no other. */
export const queueName = 'gpu';

/** Where the bot notes which checkpoint that is. */
export const usualCheckpointKey = 'petbooth:checkpoint';

/**
 * A queue per checkpoint, so that no worker has to look through jobs of which it can do none. Each worker takes one job at a time.
 * @param checkpoint that a job needs, or a worker has
 */
export function queueNameOf(checkpoint: string | undefined, usual: string | undefined): string {
  return checkpoint === undefined || usual === undefined || checkpoint === usual
    ? queueName
    : `${queueName}-${checkpoint}`;
}
