import type { BlobKey } from '#src/core/blob-key.js';
import type { PlatformName } from '#src/core/place.js';
import type { Delivery } from '#src/delivery/delivery.js';
import type { IncomingCommand, OutgoingMessage, Platform, Replaced } from '#src/platforms/platform.js';

export interface Answer {
  readonly message: OutgoingMessage;
  readonly job?: string;
  readonly isFarewell?: boolean;
  readonly replaces?: Replaced;
}

export interface AnswerWays {
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  readonly delivery: Pick<Delivery, 'expectMessage'>;
}

/** As all platforms can. */
const maxPictures = 10;

/**
 * Sends an answer whole, in as many messages as it takes.
 * @param asked.id of the event: the same answer again is not sent twice
 * @param onSent called once the first message is there
 * @returns files that are with the person now
 */
export async function sendAnswer(
  { platforms, delivery }: AnswerWays,
  { id, incoming }: { readonly id: string; readonly incoming: Pick<IncomingCommand, 'person' | 'place'> },
  { message: whole, job, isFarewell, replaces }: Answer,
  onSent: () => void,
): Promise<readonly BlobKey[]> {
  const { person, place } = incoming;
  const [message, ...others] = splitMessage(whole);
  const platform = platforms.get(place.platform);
  if (!platform) throw new Error(`platform '${place.platform}' is not switched on`);
  // A job's message is sent under the job's id, by whoever sends it first.
  const key = job ?? `${id}-answer`;
  const sending = platform.send(place, message, {
    key,
    person,
    ...(isFarewell && { leavesNoTrace: true }),
    ...(replaces && { replaces }),
  });
  if (job !== undefined) delivery.expectMessage(job, sending);
  await sending;
  onSent();
  for (const [index, other] of others.entries())
    await platform.send(place, other, { key: `${id}-part-${index + 2}`, person, partOf: key });
  return platform.linksFiles ? [] : (whole.files ?? []).map(({ blob }) => blob);
}

/** One file to a message, and ten pictures. */
function splitMessage(message: OutgoingMessage): [OutgoingMessage, ...OutgoingMessage[]] {
  const { kind, ephemeral, isSpoiler, files = [], pictures = [] } = message;
  const rest = { kind, ...(ephemeral && { ephemeral }), ...(isSpoiler && { isSpoiler }) };
  const others: OutgoingMessage[] = files.slice(1).map((file) => ({ ...rest, text: file.name, files: [file] }));
  for (let start = maxPictures; start < pictures.length; start += maxPictures) {
    const part = pictures.slice(start, start + maxPictures);
    others.push({ ...rest, text: part.map(({ alt }) => alt).join('\n'), pictures: part });
  }
  if (others.length === 0) return [message];
  return [
    {
      ...message,
      ...(message.files && { files: files.slice(0, 1) }),
      ...(message.pictures && { pictures: pictures.slice(0, maxPictures) }),
    },
    ...others,
  ];
}
