/** Writes what the demo leaves: the page, the transcript, and every picture as a file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chapter, ContestStory, Scene } from './contest/story.js';
import type { Conversation } from './conversation.js';
import type { DemoFacts } from './page.js';
import { renderPage } from './page.js';
import { formatOf } from './page-parts.js';
import type { Turn } from './speaker.js';

/** A turn in transcript.json, which names the pictures' files. */
export interface TranscriptTurn
  extends Pick<Turn, 'said' | 'pressed' | 'progress' | 'acknowledgedSeconds' | 'seconds' | 'note'> {
  readonly photos: readonly string[];
  readonly answers: readonly { readonly kind: string; readonly text: string }[];
  readonly pictures: readonly string[];
  readonly previews: readonly { readonly file: string; readonly progress: number }[];
}

/** A chapter of the contest in transcript.json. */
export interface TranscriptChapter extends Pick<Chapter, 'title'> {
  readonly scenes: readonly (Pick<Scene, 'where' | 'said'> & {
    readonly messages: readonly {
      readonly text: string;
      readonly pictures: readonly string[];
      readonly buttons: readonly (readonly string[])[];
    }[];
  })[];
  readonly telephone?: string;
}

export interface Transcript extends DemoFacts {
  readonly contest?: Pick<ContestStory, 'title' | 'results' | 'archive' | 'seconds'> & {
    readonly chapters: readonly TranscriptChapter[];
  };
  readonly turns: readonly TranscriptTurn[];
  readonly comparisons: readonly { readonly withPet: string | undefined; readonly withoutPet: string | undefined }[];
}

export async function writeResults(
  folder: string,
  conversation: Conversation,
  facts: DemoFacts,
  contest?: ContestStory,
): Promise<void> {
  const turns: TranscriptTurn[] = [];
  for (const [index, turn] of conversation.turns.entries()) {
    const { said, photos, pressed, answers, pictures, previews, progress, acknowledgedSeconds, seconds, note } = turn;
    const write = async (part: string, bytes: Uint8Array) => {
      const file = `${String(index + 1).padStart(2, '0')}-${slug(said)}-${part}.png`;
      await writeFile(join(folder, file), bytes);
      return file;
    };
    const files: string[] = [];
    for (const [number, { bytes }] of pictures.entries()) files.push(await write(`${number + 1}`, bytes));
    const previewFiles = [];
    for (const [number, { bytes, progress: fraction }] of previews.entries()) {
      previewFiles.push({ file: await write(`preview-${number + 1}`, bytes), progress: round(fraction, 3) });
    }
    turns.push({
      said,
      photos: photos.map(({ name }) => name),
      ...(pressed !== undefined && { pressed }),
      answers: answers.map(({ kind, text }) => ({ kind, text })),
      pictures: files,
      previews: previewFiles,
      progress: progress.map((state) => ({ ...state, seconds: round(state.seconds, 2) })),
      acknowledgedSeconds: round(acknowledgedSeconds, 3),
      seconds: round(seconds, 2),
      ...(note !== undefined && { note }),
    });
  }
  const comparisons = conversation.comparisons.map(({ place }) => ({
    withPet: fileOf(turns, `/imagine Biscuit ${place} `),
    withoutPet: fileOf(turns, `/imagine a dog ${place} `),
  }));
  const transcript: Transcript = {
    ...facts,
    startSeconds: round(facts.startSeconds, 2),
    totalSeconds: round(facts.totalSeconds, 1),
    turns,
    comparisons,
    ...(contest && { contest: await writeContest(folder, contest) }),
  };
  await writeFile(join(folder, 'transcript.json'), `${JSON.stringify(transcript, null, 2)}\n`);
  await writeFile(join(folder, 'index.html'), renderPage(conversation, facts, contest));
}

async function writeContest(folder: string, story: ContestStory): Promise<NonNullable<Transcript['contest']>> {
  const { title, results, archive, seconds } = story;
  const chapters: TranscriptChapter[] = [];
  for (const [index, chapter] of story.chapters.entries()) {
    let count = 0;
    const write = async (bytes: Uint8Array) => {
      const file = `contest-${index + 1}-${slug(chapter.title)}-${++count}.${formatOf(bytes) === 'png' ? 'png' : 'jpg'}`;
      await writeFile(join(folder, file), bytes);
      return file;
    };
    const scenes = [];
    for (const { where, said, messages } of chapter.scenes) {
      const written = [];
      for (const { text, pictures, buttons } of messages) {
        const files = [];
        for (const { bytes } of pictures) files.push(await write(bytes));
        written.push({ text, pictures: files, buttons });
      }
      scenes.push({ where, ...(said && { said }), messages: written });
    }
    const telephone = chapter.telephone && { telephone: await write(chapter.telephone.picture) };
    chapters.push({ title: chapter.title, scenes, ...telephone });
  }
  return { title, results, archive, seconds: round(seconds, 1), chapters };
}

function fileOf(turns: readonly TranscriptTurn[], beginning: string) {
  return turns.find(({ said }) => said.startsWith(beginning))?.pictures[0];
}

function slug(said: string): string {
  return said
    .replace(/\b(name|kind|seed): (?=\S)/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|(?<!-)-+$/g, '')
    .slice(0, 60);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
