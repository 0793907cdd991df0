/** What is said in the demo, and what comes back. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PhotoFile, WebClient } from '#src/platforms/web/web-client.js';
import type { ConversationOptions } from './speaker.js';
import { type DemoPhoto, Speaker, type Turn } from './speaker.js';

/** The same words and the same luck, once with the pet and once with any animal of its kind. */
export interface Comparison {
  readonly place: string;
  readonly withPet: Uint8Array;
  readonly withoutPet: Uint8Array;
}

export interface Conversation {
  readonly turns: readonly Turn[];
  readonly comparisons: readonly Comparison[];
}

const PLACES = ['surfing a wave', 'in the snow wearing a red hat', 'in space'] as const;
const SEED = 7;

export async function playConversation(options: ConversationOptions): Promise<Conversation> {
  const { url, language, samplesFolder, signal } = options;
  const photos = await readPhotos(join(samplesFolder, 'biscuit'));
  const otherPhotos = await readPhotos(join(samplesFolder, 'mochi'));
  const client = await WebClient.open(url, { language });
  const close = () => client.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    const speaker = new Speaker(client, options);
    // Everybody is greeted once; what comes after that answers what was said.
    await speaker.untilGreeted();
    await speaker.say('/help', { expect: 'info' });
    await speaker.say('/train name: Biscuit kind: dog', {
      photos,
      expect: 'pictures',
      isAnnounced: true,
      note: 'Six photos are all there is of Biscuit. The words never say what Biscuit looks like.',
    });
    const drawn: Uint8Array[] = [];
    for (const place of PLACES) {
      const { pictures } = await speaker.say(`/imagine Biscuit ${place} seed: ${SEED}`, { expect: 'pictures' });
      drawn.push(pictures[0]!.bytes);
    }
    const comparisons: Comparison[] = [];
    for (const [index, place] of PLACES.entries()) {
      const { pictures } = await speaker.say(`/imagine a dog ${place} seed: ${SEED}`, {
        expect: 'pictures',
        ...(index === 0 && { note: 'The same words and the same seed without the pet: any dog.' }),
      });
      comparisons.push({ place, withPet: drawn[index]!, withoutPet: pictures[0]!.bytes });
    }
    await speaker.say('/train name: Mochi kind: cat', {
      photos: otherPhotos,
      expect: 'cancelled',
      note: 'Stopped with the button under the message, in the middle of the training.',
    });
    await speaker.say('/train name: Mochi kind: cat', {
      photos: [...otherPhotos.slice(0, 2), ...brokenPhotos(drawn[0]!)],
      expect: 'doubted',
      note: 'One file ends in the middle, the other is a text with the name of a photo.',
    });
    return { turns: speaker.turns, comparisons };
  } finally {
    signal.removeEventListener('abort', close);
    client.close();
  }
}

async function readPhotos(folder: string): Promise<PhotoFile[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp)$/i.test(name)).sort();
  if (names.length < 3) throw new Error(`${folder}: expected at least 3 photos, found ${names.length}`);
  return Promise.all(names.map(async (name) => ({ name, bytes: new Uint8Array(await readFile(join(folder, name))) })));
}

function brokenPhotos(png: Uint8Array): DemoPhoto[] {
  return [
    { name: 'half.png', bytes: png.slice(0, png.length / 2), isBroken: true },
    { name: 'holiday.jpg', bytes: new TextEncoder().encode('This is not a photo.'), isBroken: true },
  ];
}
