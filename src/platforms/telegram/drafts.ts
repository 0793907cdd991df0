import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Note, Notes } from '#src/core/notes.js';
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

const kind = 'draft';
const keptMs = 24 * 3600_000;
const maxDrafts = 10_000;

/** One open draft per person and place, noted, so that a restart loses no photo. */
export class Drafts {
  readonly #notes: Notes;
  /** The oldest first. */
  readonly #drafts = new Map<string, Draft>();

  private constructor(notes: Notes) {
    this.#notes = notes;
  }

  static async open(notes: Notes): Promise<Drafts> {
    const drafts = new Drafts(notes);
    const dead: string[] = [];
    for (const { key, value } of await notes.read(kind)) {
      const draft = draftSchema.safeParse(value).data;
      if (draft && isAlive(draft)) drafts.#drafts.set(key, draft);
      else dead.push(key);
    }
    await notes.remove(kind, dead);
    return drafts;
  }

  find(owner: Owner): Draft | undefined {
    const key = ownerOf(owner);
    const draft = this.#drafts.get(key);
    return draft && isAlive(draft) ? draft : undefined;
  }

  findById(id: string): Draft | undefined {
    return [...this.#drafts.values()].find((draft) => draft.id === id);
  }

  async save(draft: Draft): Promise<void> {
    this.#drafts.set(ownerOf(draft), draft);
    await Promise.all([this.#notes.put(noteOf(draft)), this.#removeOldest()]);
  }

  async remove(draft: Draft): Promise<void> {
    const key = ownerOf(draft);
    if (this.#drafts.get(key)?.id !== draft.id) return;
    this.#drafts.delete(key);
    await this.#notes.remove(kind, [key]);
  }

  /** Without their messages, which are in the old group. @returns those that moved */
  async move(from: string, to: string): Promise<Draft[]> {
    const moving = [...this.#drafts.values()].filter(({ place }) => place.channel === from);
    for (const draft of moving) {
      // Taken from the old place and noted at the new one in one moment: both, or neither.
      const removed = this.remove(draft);
      draft.place = { ...draft.place, channel: to, server: to };
      delete draft.counter;
      delete draft.asking;
      await Promise.all([removed, this.save(draft)]);
    }
    return moving;
  }

  everythingOf(personId: string): Draft[] {
    return [...this.#drafts.values()].filter(({ person }) => person.id === personId);
  }

  async removeOf(personId: string): Promise<void> {
    for (const draft of this.everythingOf(personId)) await this.remove(draft);
  }

  /** Those that are dead, or too many. */
  async #removeOldest(): Promise<void> {
    for (const draft of this.#drafts.values()) {
      if (this.#drafts.size <= maxDrafts && isAlive(draft)) return;
      await this.remove(draft);
    }
  }
}

/** @param json what the file of a draft held in an earlier version */
export function noteOfFile(json: unknown): Note | undefined {
  const draft = draftSchema.safeParse(json).data;
  return draft && noteOf(draft);
}

/** The same event opens the same draft. */
export function draftIdOf(eventId: string): string {
  return createHash('sha256').update(eventId).digest('hex').slice(0, 16);
}

function ownerOf({ person, place }: Owner): string {
  return `${place.channel}/${place.thread ?? ''}/${person.id}`;
}

function isAlive({ openedAt }: Draft): boolean {
  return Date.now() - openedAt < keptMs;
}

function noteOf(draft: Draft): Note {
  return { kind, key: ownerOf(draft), person: draft.person.id, at: draft.openedAt, value: draft };
}
