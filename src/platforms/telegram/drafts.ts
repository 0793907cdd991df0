import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '#src/core/durable-files.js';
import type { Person, Place } from '#src/core/place.js';

const draftSchema = z.object({
  id: z.string(),
  command: z.string(),
  values: z.record(z.string(), z.string()),
  files: z.array(
    z.object({
      id: z.string(),
      uniqueId: z.string(),
      name: z.string(),
      bytes: z.number().optional(),
      isSpoiler: z.boolean().optional(),
    }),
  ),
  /** Albums of which a part is here already, so that the rest belongs here too. */
  albums: z.array(z.string()),
  asking: z.object({ option: z.string(), messageId: z.number() }).optional(),
  /** The message that counts the photos. */
  counter: z.number().optional(),
  person: z.object({ platform: z.literal('telegram'), id: z.string(), name: z.string() }),
  place: z.object({
    platform: z.literal('telegram'),
    server: z.string().optional(),
    channel: z.string(),
    thread: z.string().optional(),
  }),
  isPrivate: z.boolean(),
  language: z.string().optional(),
  openedAt: z.number(),
  /** How often it was started and refused. */
  refusals: z.number().default(0),
});

/** A command that still lacks something: photos that arrive one by one, or an option that is asked for. */
export type Draft = z.infer<typeof draftSchema>;

interface Owner {
  readonly person: Pick<Person, 'id'>;
  readonly place: Pick<Place, 'channel' | 'thread'>;
}

const keptMs = 24 * 3600_000;
const maxDrafts = 10_000;

/** One open draft per person and place, on disk, so that a restart loses no photo. */
export class Drafts {
  readonly #folder: string;
  readonly #drafts: Map<string, Draft>;

  private constructor(folder: string, drafts: Map<string, Draft>) {
    this.#folder = folder;
    this.#drafts = drafts;
  }

  static async open(folder: string): Promise<Drafts> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const drafts = new Map<string, Draft>();
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const draft = await readDraft(path);
      if (draft && Date.now() - draft.openedAt < keptMs) drafts.set(ownerOf(draft), draft);
      else await rm(path, { force: true });
    }
    return new Drafts(folder, drafts);
  }

  find(owner: Owner): Draft | undefined {
    const key = ownerOf(owner);
    const draft = this.#drafts.get(key);
    if (!draft || Date.now() - draft.openedAt < keptMs) return draft;
    void this.remove(draft);
    return undefined;
  }

  findById(id: string): Draft | undefined {
    return [...this.#drafts.values()].find((draft) => draft.id === id);
  }

  async save(draft: Draft): Promise<void> {
    this.#drafts.set(ownerOf(draft), draft);
    await writeDurably(this.#pathOf(draft), JSON.stringify(draft));
    const oldest = this.#drafts.values().next().value;
    if (this.#drafts.size > maxDrafts && oldest) await this.remove(oldest);
  }

  async remove(draft: Draft): Promise<void> {
    if (this.#drafts.get(ownerOf(draft))?.id !== draft.id) return;
    this.#drafts.delete(ownerOf(draft));
    await rm(this.#pathOf(draft), { force: true });
  }

  /** Without their messages, which are in the old group. @returns those that moved */
  async move(from: string, to: string): Promise<Draft[]> {
    const moving = [...this.#drafts.values()].filter(({ place }) => place.channel === from);
    for (const draft of moving) {
      await this.remove(draft);
      draft.place = { ...draft.place, channel: to, server: to };
      delete draft.counter;
      delete draft.asking;
      await this.save(draft);
    }
    return moving;
  }

  everythingOf(personId: string): Draft[] {
    return [...this.#drafts.values()].filter(({ person }) => person.id === personId);
  }

  async removeOf(personId: string): Promise<void> {
    for (const draft of this.everythingOf(personId)) await this.remove(draft);
  }

  #pathOf(draft: Draft): string {
    return join(this.#folder, `${createHash('sha256').update(ownerOf(draft)).digest('hex').slice(0, 32)}.json`);
  }
}

/** The same event opens the same draft. */
export function draftIdOf(eventId: string): string {
  return createHash('sha256').update(eventId).digest('hex').slice(0, 16);
}

function ownerOf({ person, place }: Owner): string {
  return `${place.channel}/${place.thread ?? ''}/${person.id}`;
}

async function readDraft(path: string): Promise<Draft | undefined> {
  try {
    return draftSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
