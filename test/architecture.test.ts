import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { locales } from '#locales/index.js';
import { packageRoot } from '#src/core/package-root.js';
import { configSchema } from '#src/operations/config.js';
import { processVariables } from '#src/operations/process-environment.js';
import { renderEnvExample } from '#test/helpers/env-example.js';

interface Rule {
  /** Files the rule is about: a folder (ending in `/`) or a file; of several each keeps it by itself. `*` is any name. */
  readonly from: string | readonly string[];
  readonly except?: readonly string[];
  /** Of our own files, what may be imported besides the rule's own folder. */
  readonly mayImport?: readonly string[];
  /** The only packages that may be imported, by name or beginning. */
  readonly packages?: readonly string[];
  /** Packages by name or beginning, and folders and files of ours. */
  readonly never?: readonly string[];
  readonly because: string;
}

const tensorPackages = ['@tensorflow/', 'onnxruntime-'];
const tensors = [...tensorPackages, 'models/'];
const engineContract = [
  'workers/engine/engine-calls.ts',
  'workers/engine/engine-protocol.ts',
  'workers/engine/inversion-files.ts',
];
const chatClients = ['discord.js', 'telegraf', '@discordjs/'];

const rules: readonly Rule[] = [
  {
    from: 'models/',
    mayImport: [],
    never: ['bullmq', 'ioredis', 'pino', 'dotenv'],
    because: 'models/ is a library that could be published alone',
  },
  {
    from: ['models/', 'workers/', 'deploy/'],
    except: ['models/toy-world/'],
    never: ['models/toy-world/'],
    because: 'the toy world makes the shipped checkpoint, and no bot needs it to draw',
  },
  {
    from: 'src/core/',
    mayImport: ['locales/en/index.ts'],
    packages: ['zod', 'node:'],
    because: 'the core is what everything else is told in, and knows nothing of it',
  },
  {
    from: ['src/database/', 'src/blobs/', 'src/redis/'],
    mayImport: ['src/core/'],
    because: 'a driver carries out what the core declares, for whoever asks',
  },
  {
    from: 'src/platforms/',
    except: ['src/platforms/discord/', 'src/platforms/telegram/', 'src/platforms/web/'],
    mayImport: ['src/core/', 'locales/'],
    because: 'what the bot and the platforms tell each other is of neither',
  },
  {
    from: ['src/platforms/discord/', 'src/platforms/telegram/', 'src/platforms/web/'],
    mayImport: ['src/core/', 'src/platforms/platform.ts', 'src/platforms/decode-line.ts', 'locales/'],
    because: 'a platform knows the core and its interface, and no other platform',
  },
  {
    from: 'src/',
    except: ['src/main.ts', 'src/start.ts', 'src/checkpoint-id.ts'],
    mayImport: ['locales/'],
    never: tensors,
    because: 'the chat side and the contracts start without tensors and know no command',
  },
  {
    from: 'src/checkpoint-id.ts',
    mayImport: ['models/loaders/checkpoint-fingerprint.ts'],
    packages: ['node:'],
    because: 'which checkpoint a folder holds is told from headers and samples, without a tensor',
  },
  {
    from: 'src/main.ts',
    mayImport: ['src/', 'commands/', 'locales/'],
    never: tensors,
    because: 'only the composition root of the bot knows the commands',
  },
  {
    from: 'src/start.ts',
    mayImport: ['src/', 'deploy/'],
    never: tensors,
    because: 'the supervisor starts processes and knows nothing of their work',
  },
  {
    from: 'commands/',
    mayImport: [
      'src/core/',
      'src/command/define-command.ts',
      'src/*/services.ts',
      'src/*/*-job.ts',
      // Words of a subject, which need no service.
      'src/contests/contest-telling.ts',
      'src/contests/entry-telling.ts',
      'src/contests/ballot-replies.ts',
      'src/contests/setup-telling.ts',
      'src/drawing/drawing-buttons.ts',
      'src/drawing/drawn-words.ts',
      'src/drawing/imagine-prompt.ts',
      'src/drawing/pet-names.ts',
      'src/editing/edit-buttons.ts',
      'src/editing/edit-instruction.ts',
      'src/editing/edit-source.ts',
      'src/editing/edit-words.ts',
      'src/editing/known-words.ts',
      'src/jobs/eta.ts',
      'src/moderation/community-rules.ts',
      'src/moderation/rights.ts',
      'src/pets/pet.ts',
      'src/training/training-order.ts',
      'locales/index.ts',
    ],
    never: [...tensors, ...chatClients, 'bullmq', 'ioredis', 'drizzle-orm', 'sharp', 'node:'],
    because: 'a command says what happens and knows neither platform nor queue nor disk',
  },
  {
    from: 'src/operations/',
    mayImport: ['src/core/'],
    because: 'settings, log, health and processes are below everything that they watch',
  },
  {
    from: ['src/contests/tally/'],
    mayImport: [],
    packages: ['zod', 'node:crypto'],
    because: 'votes are counted by what is known of them alone, so that anybody can count them again',
  },
  {
    from: ['src/pets/', 'src/drawing/', 'src/editing/', 'src/contests/'],
    never: ['src/jobs/', 'src/delivery/', 'src/command/'],
    because: 'a subject declares its jobs and how they are told; queue and delivery know the subject',
  },
  { from: 'locales/', mayImport: ['src/core/locale.ts'], never: ['node:'], because: 'texts are data' },
  {
    from: 'workers/',
    mayImport: [
      'models/',
      'src/jobs/attempt.ts',
      'src/editing/edit-job.ts',
      'src/jobs/files.ts',
      'src/drawing/imagine-job.ts',
      'src/pets/import-pet-job.ts',
      'src/jobs/index.ts',
      'src/core/job-pet.ts',
      'src/checkpoint-id.ts',
      'src/jobs/fleet.ts',
      'src/jobs/needs.ts',
      'src/jobs/queue-names.ts',
      'src/jobs/outcome.ts',
      'src/jobs/queue.ts',
      'src/jobs/result.ts',
      'src/jobs/slices.ts',
      'src/training/train-pet-job.ts',
      'src/core/',
      'src/blobs/announced-blobs.ts',
      'src/blobs/open-blobs.ts',
      'src/blobs/watched-blobs.ts',
      'src/redis/connect-redis.ts',
      'src/operations/config.ts',
      'src/core/errors.ts',
      'src/operations/log.ts',
      'src/core/locale.ts',
      'src/operations/operations-server.ts',
      'src/photos/picture-look/judge-protocol.ts',
      'src/operations/child-module.ts',
      'src/operations/process-environment.ts',
      'src/operations/run-process.ts',
      'src/moderation/word-blocklist.ts',
    ],
    never: [...chatClients, 'drizzle-orm', '@electric-sql/', 'src/database/', 'src/platforms/'],
    because: 'a worker needs contracts and bytes, never a chat or the database, which only one process may open',
  },
  {
    from: 'src/',
    except: ['src/jobs/queue.ts', 'src/jobs/events.ts'],
    never: ['bullmq'],
    because: 'one file adds to the queue and one listens to it',
  },
  {
    from: ['workers/main.ts', 'workers/start-worker.ts'],
    mayImport: ['src/', 'workers/start-worker.ts', 'workers/queue/', 'workers/jobs/', ...engineContract],
    never: tensors,
    because: 'the worker is put together of its queue’s side and its processors, and starts the engine as a process',
  },
  {
    from: 'workers/queue/',
    mayImport: ['src/', ...engineContract],
    never: tensors,
    because: 'the queue’s side knows the engine by its contract and the jobs by their processors’ type',
  },
  {
    from: 'workers/jobs/',
    mayImport: ['src/', 'models/loaders/', 'models/tensors/files/', 'workers/queue/', ...engineContract],
    never: tensorPackages,
    because: 'a processor asks the engine through its contract, and reads files at most itself',
  },
  {
    from: 'workers/engine/',
    mayImport: ['src/', 'models/'],
    because: 'the engine answers calls and knows neither the queue nor what a job makes of them',
  },
  {
    from: 'workers/',
    except: ['workers/queue/run-worker.ts'],
    never: ['bullmq'],
    because: 'one file takes from the queue',
  },
  {
    from: 'src/',
    except: [
      'src/database/',
      'src/jobs/tables.ts',
      'src/delivery/outbox-table.ts',
      'src/delivery/tables.ts',
      'src/command/pet-questions-table.ts',
      'src/command/tables.ts',
      'src/contests/ballot-links-table.ts',
      'src/contests/account-links-table.ts',
      'src/contests/authors-entries-table.ts',
      'src/contests/contest-ballots-table.ts',
      'src/contests/voting-now.ts',
      'src/contests/contest-codes-table.ts',
      'src/contests/contest-entries-table.ts',
      'src/contests/contest-judges-table.ts',
      'src/contests/contests-table.ts',
      'src/contests/series-table.ts',
      'src/contests/sheets/contest-sheets-table.ts',
      'src/contests/contest-reminders-table.ts',
      'src/contests/moved-contests.ts',
      'src/contests/peoples-contests.ts',
      'src/contests/presence-table.ts',
      'src/contests/tables.ts',
      'src/moderation/place-now.ts',
      'src/moderation/tables.ts',
      'src/pets/tables.ts',
      'src/privacy/tables.ts',
      'src/schedule/tables.ts',
      'src/training/tables.ts',
      'src/schedule/due-instants.ts',
      'src/privacy/data-exports.ts',
      'src/jobs/job-records.ts',
      'src/privacy/people-table.ts',
      'src/pets/pet-shares-table.ts',
      'src/pets/pets-table.ts',
      'src/moderation/server-moves.ts',
      'src/jobs/moved-jobs.ts',
      'src/moderation/server-rules-table.ts',
      'src/training/training-drafts-table.ts',
      'src/moderation/usage-table.ts',
    ],
    never: ['drizzle-orm', '@electric-sql/'],
    because: 'tables are known to their repositories',
  },
  {
    from: 'src/',
    except: ['src/platforms/discord/'],
    never: ['discord.js', '@discordjs/'],
    because: 'discord.js stays in its folder',
  },
  { from: 'src/', except: ['src/platforms/telegram/'], never: ['telegraf'], because: 'telegraf stays in its folder' },
  {
    from: 'src/privacy/',
    mayImport: [
      'src/core/',
      'src/blobs/',
      'src/database/',
      'src/schedule/',
      'src/moderation/rights-service.ts',
      'src/platforms/platform.ts',
    ],
    because: 'each subject says itself what it keeps about people',
  },
  {
    from: 'src/photos/',
    mayImport: ['src/core/', 'src/operations/', 'src/platforms/platform.ts', 'locales/'],
    because: 'photos are taken in and looked at, whatever becomes of them',
  },
  {
    from: 'src/',
    except: ['src/photos/decoder/'],
    never: ['sharp'],
    because: 'strangers’ pictures are decoded in one place, behind its limits',
  },
];

/** They read and write what one subject keeps. */
const repositories = /^src\/[a-z]+\/([a-z-]+-table|job-records|job-durations|data-exports|server-moves)\.ts$/;

/** Who may use those of others. */
const repositoryUsers: readonly { readonly file: string; readonly mayUse: string }[] = [
  { file: 'src/bot-tables.ts', mayUse: 'src/' },
  // What becomes of a job is one record, from its turn to its message.
  { file: 'src/delivery/', mayUse: 'src/jobs/' },
  // What is said of a contest is told as it stands when its turn has come.
  { file: 'src/delivery/', mayUse: 'src/contests/' },
];

const folders = ['src', 'commands', 'workers', 'locales', 'models', 'deploy'];

function sourcesOf(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
}

/** Modules named by imports, exports, dynamic imports and type imports. */
function importsOf(source: string): string[] {
  const found = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"\n]+)\1/g);
  return [...found].map((match) => match[2]!);
}

/** Those without which the file does not run: types are not there then. */
function valueImportsOf(source: string): string[] {
  return importsOf(source.replaceAll(/\b(?:import|export) type [^;]*;/g, ''));
}

const ours = new RegExp(`^#(${folders.join('|')}|test)/(.+)\\.js$`);

/** `#src/operations/log.js` and `./log.js` → `src/operations/log.ts`; undefined for packages. */
function pathOf(file: string, imported: string): string | undefined {
  const match = ours.exec(imported);
  if (match) return `${match[1]}/${match[2]}.ts`;
  if (imported.startsWith('.')) return posix.join(dirname(file), imported).replace(/\.js$/, '.ts');
  return undefined;
}

function covers(pattern: string, file: string): boolean {
  if (pattern.includes('*'))
    return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`).test(file);
  return pattern.endsWith('/') ? file.startsWith(pattern) : file === pattern;
}

/** A package by its name, with everything in it, or by the beginning of its name. */
function namesPackage(pattern: string, imported: string): boolean {
  return imported === pattern || imported.startsWith(/[/:-]$/.test(pattern) ? pattern : `${pattern}/`);
}

function violations(file: string, source: string): string[] {
  const found: string[] = [];
  for (const { from, except, mayImport, packages, never, because } of rules) {
    const own = [from].flat().find((pattern) => covers(pattern, file));
    if (own === undefined || except?.some((pattern) => covers(pattern, file))) continue;
    for (const imported of importsOf(source)) {
      const path = pathOf(file, imported);
      const isForeign =
        path === undefined
          ? packages && !packages.some((name) => namesPackage(name, imported))
          : mayImport && ![own, ...mayImport].some((pattern) => covers(pattern, path));
      const isForbidden = never?.some((name) => namesPackage(name, path ?? imported));
      if (isForeign || isForbidden) found.push(`${file} imports ${imported}: ${because}`);
    }
  }
  const crossesByPath = importsOf(source).filter(
    (imported) => imported.startsWith('.') && !covers(`${file.split('/')[0]}/`, pathOf(file, imported) ?? file),
  );
  for (const imported of crossesByPath)
    found.push(`${file} imports ${imported}: top-level folders meet through the imports map`);
  for (const imported of importsOf(source)) {
    const path = pathOf(file, imported) ?? '';
    const isOwn = dirname(path) === dirname(file);
    const mayUse = repositoryUsers.some((user) => covers(user.file, file) && covers(user.mayUse, path));
    if (repositories.test(path) && !isOwn && !mayUse)
      found.push(`${file} imports ${imported}: what a subject keeps is known to its own services`);
  }
  return found;
}

describe('who may import whom', () => {
  test('no file breaks a rule', () => {
    const files = folders.flatMap(sourcesOf);
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => violations(file, readFileSync(join(packageRoot, file), 'utf8')))).toEqual([]);
  });

  test.each([
    ['src/jobs/queue.ts', "import { compile } from '#models/tensors/engine/engine.js';"],
    ['src/delivery/delivery.ts', "import * as tf from '@tensorflow/tfjs';"],
    ['src/command/dispatch.ts', "import { train } from '#commands/train.js';"],
    ['src/delivery/delivery.ts', "import { Queue } from 'bullmq';"],
    ['src/platforms/web/x.ts', "import { Client } from 'discord.js';"],
    ['commands/train.ts', "import { readFile } from 'node:fs/promises';"],
    ['commands/train.ts', "import { JobRecords } from '#src/jobs/job-records.js';"],
    ['commands/train.ts', "import type { DataOf } from '#src/jobs/index.js';"],
    ['workers/jobs/imagine.ts', "import { Worker } from 'bullmq';"],
    ['workers/jobs/imagine.ts', "const { Delivery } = await import('#src/delivery/delivery.js');"],
    ['workers/jobs/imagine.ts', "export { openDatabase } from '#src/database/open-database.js';"],
    ['workers/queue/engine-client.ts', "import type { X } from '../engine/pet-engine.js';"],
    ['workers/queue/slice.ts', "import { subjectOf } from '#models/loaders/lora-subject.js';"],
    ['workers/jobs/edit.ts', "import { planOf } from '../engine/edit-plan.js';"],
    ['workers/jobs/edit.ts', "import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';"],
    ['workers/engine/edit-photo.ts', "import { gridOf } from '../jobs/grid.js';"],
    ['models/tensors/ops.ts', "import type { Logger } from '#src/operations/log.js';"],
    ['models/tensors/ops.ts', "import { x } from '../../src/log.js';"],
    ['models/training/x.ts', "import { teachPet } from '../toy-world/pretraining/teach-pet.js';"],
    ['workers/engine/x.ts', "import { drawPet } from '#models/toy-world/draw-pet.js';"],
    ['deploy/demo.ts', "import { drawPet } from '#models/toy-world/draw-pet.js';"],
    ['src/core/errors.ts', "import type { Command } from '#src/command/define-command.js';"],
    ['src/core/errors.ts', "import { de } from '#locales/de/index.js';"],
    ['src/core/errors.ts', "import type { Logger } from 'pino';"],
    ['src/database/x.ts', "import type { Pet } from '#src/pets/pet.js';"],
    ['src/blobs/x.ts', "import type { JobRecords } from '../jobs/job-records.js';"],
    ['src/redis/x.ts', "import { loadConfig } from '#src/operations/config.js';"],
    ['src/redis/x.ts', "import { openDatabase } from '#src/database/open-database.js';"],
    ['src/operations/health.ts', "import type { Connections } from '../platforms/connections.js';"],
    ['src/editing/edit-telling.ts', "import type { DataOf } from '#src/jobs/index.js';"],
    ['src/drawing/imagine-telling.ts', "import { renderMessage } from '../delivery/render.js';"],
    ['src/platforms/platform.ts', "import type { Command } from '#src/command/define-command.js';"],
    ['src/platforms/discord/x.ts', "import type { JobRecord } from '#src/jobs/job-record.js';"],
    ['src/platforms/telegram/x.ts', "import { escapeText } from '../discord/escape-text.js';"],
    ['src/platforms/web/x.ts', "import { Connections } from '../connections.js';"],
    ['src/privacy/my-data.ts', "import type { PetsTable } from '#src/pets/pets-table.js';"],
    ['src/command/dispatch.ts', "import type { PeopleTable } from '#src/privacy/people-table.js';"],
    ['src/pets/pets-service.ts', "import { PetQuestionsTable } from '#src/command/pet-questions-table.js';"],
    ['src/training/training-drafts-table.ts', "import { petNameKey } from '#src/pets/pets-table.js';"],
    ['src/photos/files-service.ts', "import { maxEditedRatio } from '#src/editing/edit-job.js';"],
    ['src/delivery/results-service.ts', "import { x } from '#src/moderation/server-rules-table.js';"],
    ['src/bot.ts', "import { PetsTable } from './pets/pets-table.js';"],
    ['src/privacy/people-table.ts', "import { pets } from '#src/pets/tables.js';"],
    ['src/privacy/retention.ts', "import type { JobRecords } from '../jobs/job-records.js';"],
    ['locales/en/errors.ts', "import { loadConfig } from '#src/operations/config.js';"],
  ])('the check sees a violation seeded into %s: %s', (file, source) => {
    expect(violations(file, source)).not.toEqual([]);
  });

  test.each([
    ['src/jobs/queue.ts', "import { Queue } from 'bullmq';"],
    ['commands/train.ts', "import { defineCommand } from '#src/command/define-command.js';"],
    ['commands/train.ts', "import type { DraftsService } from '#src/training/services.js';"],
    ['commands/train.ts', "import type { trainPet } from '#src/training/train-pet-job.js';"],
    ['workers/engine/pet-engine.ts', "import { x } from '#models/pipelines/x.js';"],
    ['workers/jobs/edit.ts', "import type { EditedPet } from '../engine/engine-calls.js';"],
  ])('the check lets pass what is allowed in %s: %s', (file, source) => {
    expect(violations(file, source)).toEqual([]);
  });
});

/** Files that import each other in a circle, or places of files that do; type imports count. */
function circlesOf(sources: ReadonlyMap<string, string>, placeOf = (file: string) => file): string[][] {
  const imported = new Map<string, Set<string>>();
  for (const [file, source] of sources) {
    const place = placeOf(file);
    const others = imported.get(place) ?? new Set();
    imported.set(place, others);
    for (const path of importsOf(source).map((name) => pathOf(file, name)))
      if (path !== undefined && sources.has(path)) others.add(placeOf(path));
  }
  // Tarjan's strongly connected components.
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (place: string) => {
    order.set(place, order.size);
    lowest.set(place, order.get(place)!);
    open.push(place);
    for (const other of imported.get(place)!) {
      if (!order.has(other)) visit(other);
      if (open.includes(other)) lowest.set(place, Math.min(lowest.get(place)!, lowest.get(other)!));
    }
    if (lowest.get(place) !== order.get(place)) return;
    const circle = open.splice(open.indexOf(place));
    if (circle.length > 1) found.push(circle.toSorted());
  };
  for (const place of imported.keys()) if (!order.has(place)) visit(place);
  return found;
}

describe('who needs whom', () => {
  test('no file imports itself by way of others', () => {
    const files = folders.flatMap(sourcesOf);
    const sources = new Map(files.map((file) => [file, readFileSync(join(packageRoot, file), 'utf8')]));
    expect(circlesOf(sources)).toEqual([]);
  });

  test('the check sees a seeded circle, closed by a type import and across folders', () => {
    const sources = new Map([
      ['src/main.ts', "import { a } from './core/a.js';"],
      ['src/core/a.ts', "import { b } from '#src/jobs/b.js';"],
      ['src/jobs/b.ts', "export * from './c.js';"],
      ['src/jobs/c.ts', "import type { A } from '../core/a.js';"],
    ]);
    expect(circlesOf(sources)).toEqual([['src/core/a.ts', 'src/jobs/b.ts', 'src/jobs/c.ts']]);
  });

  /** `models/tensors/engine/graph.ts` → `models/tensors`. */
  const folderOf = (file: string) => file.split('/').slice(0, 2).join('/');

  test('no folder of models imports itself by way of others', () => {
    const sources = new Map(
      sourcesOf('models').map((file) => [file, readFileSync(join(packageRoot, file), 'utf8')] as const),
    );
    expect(circlesOf(sources, folderOf)).toEqual([]);
    const seeded = new Map(sources).set('models/pipelines/x.ts', "import type { X } from '../training/loss.js';");
    expect(circlesOf(seeded, folderOf)).toEqual([expect.arrayContaining(['models/pipelines', 'models/training'])]);
  });

  test('no folder of the chat side does, but the list of jobs and trainings, which ask what is under way', () => {
    const known = [['src/jobs', 'src/training']];
    const sources = new Map(
      sourcesOf('src').map((file) => [file, readFileSync(join(packageRoot, file), 'utf8')] as const),
    );
    expect(circlesOf(sources, folderOf)).toEqual(known);
    const seeded = new Map(sources).set('src/moderation/x.ts', "import type { Pet } from '../pets/pet.js';");
    expect(circlesOf(seeded, folderOf)).toContainEqual(['src/moderation', 'src/pets']);
  });
});

const read = (file: string) => readFileSync(join(packageRoot, file), 'utf8');

/** Packages that are loaded with these files, by way of others too. @param importsIn what of a source is loaded */
function packagesWith(
  files: readonly string[],
  sourceOf: (file: string) => string,
  importsIn = valueImportsOf,
): string[] {
  const reached = new Set(files);
  const packages = new Set<string>();
  for (const file of reached) {
    for (const imported of importsIn(sourceOf(file))) {
      const path = pathOf(file, imported);
      if (path !== undefined) reached.add(path);
      else if (/^[@a-z]/.test(imported)) packages.add(imported);
    }
  }
  return [...packages].toSorted();
}

describe('what a command runs by itself', () => {
  const allowed = ['node:crypto', 'node:timers/promises', 'zod'];

  test('is words and contracts: it reaches database, queue, disk and platform through services alone', () => {
    expect(packagesWith(sourcesOf('commands'), read)).toEqual(allowed);
  });

  test('the check sees a violation seeded into the words of a subject', () => {
    const seeded = (file: string) =>
      file === 'src/drawing/drawn-words.ts' ? "import { PetsTable } from '../pets/pets-table.js';" : read(file);
    expect(packagesWith(sourcesOf('commands'), seeded)).toContain('drizzle-orm');
  });
});

describe('what a start waits for', () => {
  /** What is imported within a function is loaded when that is called. */
  const importsAtOnce = (source: string) => valueImportsOf(source.replaceAll(/\bimport\s*\(/g, '('));
  const loadedWith = (file: string, sourceOf = read) => packagesWith([file], sourceOf, importsAtOnce);

  test.each(['src/main.ts', 'workers/main.ts'])('%s loads no tensors, and no client that may not be needed', (file) => {
    const slow = [...tensorPackages, ...chatClients, 'pg', 'fast-xml-parser'];
    expect(loadedWith(file).filter((name) => slow.some((pattern) => namesPackage(pattern, name)))).toEqual([]);
  });

  test('the check sees a seeded violation, and that a function loads it later', () => {
    const seededWith = (line: string) => (file: string) => (file === 'workers/queue/slice.ts' ? line : read(file));
    const tensors = '@tensorflow/tfjs';
    expect(loadedWith('workers/main.ts', seededWith(`import * as tf from '${tensors}';`))).toContain(tensors);
    expect(loadedWith('workers/main.ts', seededWith(`const tf = import('${tensors}');`))).not.toContain(tensors);
  });
});

describe('who wires', () => {
  const importersOf = (wired: string) =>
    folders
      .flatMap(sourcesOf)
      .filter((file) => importsOf(read(file)).some((imported) => pathOf(file, imported) === wired));

  test.each([
    ['src/bot.ts', 'src/main.ts'],
    ['workers/start-worker.ts', 'workers/main.ts'],
    ['commands/index.ts', 'src/main.ts'],
    ['workers/jobs/index.ts', 'workers/start-worker.ts'],
    ['src/bot-metrics.ts', 'src/bot.ts'],
    ['src/bot-services.ts', 'src/bot.ts'],
    ['src/bot-kept-data.ts', 'src/bot.ts'],
  ])('%s is put to work by %s alone', (wired, entry) => {
    expect(importersOf(wired)).toEqual([entry]);
  });
});

describe('written once', () => {
  test('.env.example lists every setting with its sentence and default, in order', () => {
    expect(readFileSync(join(packageRoot, '.env.example'), 'utf8')).toBe(renderEnvExample());
  });

  test('compose.yaml hands each process the settings that are its own', () => {
    const source = readFileSync(join(packageRoot, 'deploy/compose.yaml'), 'utf8');
    const namesBetween = (start: string, end: string) => {
      const part = source.slice(source.indexOf(start), source.indexOf(end));
      return [...part.matchAll(/^ +([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name!);
    };
    const everywhere = namesBetween('x-everywhere:', '\nservices:');
    for (const [name, next] of [
      ['bot', 'worker'],
      ['worker', 'redis'],
    ] as const) {
      const handed = [...everywhere, ...namesBetween(`\n  ${name}:\n`, `\n  ${next}:\n`)];
      const own = processVariables[name].filter((variable) => variable in configSchema.shape);
      expect([name, handed.toSorted()]).toEqual([name, own.toSorted()]);
    }
  });

  test('the image holds the files of every page, which the build does not copy', () => {
    const pages = new Set(
      sourcesOf('src/platforms').flatMap((file) =>
        [...read(file).matchAll(/new StaticFiles\((?:'([^']+)')?/g)].map(
          ([, folder = 'page']) => `src/platforms/web/${folder}`,
        ),
      ),
    );
    expect([...pages].toSorted()).toEqual(['src/platforms/web/gallery/page', 'src/platforms/web/page']);
    const copied = [...read('deploy/Dockerfile').matchAll(/^COPY --from=build \/app\/(src\/platforms\/\S+) \.\/\1$/gm)];
    expect(copied.map(([, folder]) => folder).toSorted()).toEqual([...pages].toSorted());
  });

  test('every command file is in the list, and every text of a command belongs to one', () => {
    const files = sourcesOf('commands').map((file) => file.slice('commands/'.length, -'.ts'.length));
    const helpers = ['index'];
    const names: string[] = commands.map(({ name }) => name);
    expect(names.toSorted()).toEqual(files.filter((file) => !helpers.includes(file)).toSorted());
    expect(names.toSorted()).toEqual(Object.keys(locales.en.commands).toSorted());
  });
});

describe('what the platforms can show', () => {
  test.each(commands.map((command) => [command.name, command] as const))('command %s', (name, command) => {
    expect(name).toMatch(/^[a-z0-9_]{1,32}$/);
    const encoded = Object.values(command.options).reduce(
      (sum, option) => sum + (option.kind === 'images' ? 10 : 1),
      0,
    );
    expect(encoded).toBeLessThanOrEqual(25);
    for (const option of Object.keys(command.options)) expect(option).toMatch(/^[a-z0-9_]{1,32}$/);
    if (command.freeText !== undefined) expect(['text', 'choice']).toContain(command.options[command.freeText]?.kind);
    for (const [locale, texts] of Object.entries(locales)) {
      const known = texts.commands[name];
      const shown = 'description' in known ? [known.description, ...Object.values(known.options)] : [];
      for (const text of shown) {
        expect(text.length, `${locale}: ${text}`).toBeGreaterThan(0);
        expect([...text].length, `${locale}: ${text}`).toBeLessThanOrEqual(100);
      }
    }
  });

  test('button labels fit', () => {
    for (const texts of Object.values(locales)) {
      for (const label of Object.values(texts.buttons)) expect([...label].length).toBeLessThanOrEqual(80);
    }
  });
});
