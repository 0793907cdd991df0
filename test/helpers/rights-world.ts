import { petQuestions as petQuestionsTable } from '#src/command/tables.js';
import type { BlobKey } from '#src/core/blob-key.js';
import { channelIdOf, type Person, type Place, type PlatformName, type Standing } from '#src/core/place.js';
import type { Database } from '#src/database/database.js';
import { type InputOf, type JobName, jobs, type ResultOf } from '#src/jobs/index.js';
import { jobs as jobsTable } from '#src/jobs/tables.js';
import { noRules } from '#src/moderation/rights.js';
import { serverRules as serverRulesTable } from '#src/moderation/tables.js';
import type { ShareScope } from '#src/pets/pet.js';
import { petShares as petSharesTable, pets as petsTable } from '#src/pets/tables.js';
import { trainingDrafts as trainingDraftsTable } from '#src/training/tables.js';
import { editResult } from './edit-result.js';

export type Relation =
  | 'owner'
  | 'person'
  | 'channel'
  | 'server'
  | 'here'
  | 'other'
  | 'banned'
  | 'moderator'
  | 'channelMod'
  | 'private';

/** Olga with a pet and results of her own, and somebody who is something to her. No two share anything. */
export interface RightsWorld {
  readonly relation: Relation;
  readonly olga: Person;
  /** Where her results are. */
  readonly hall: Place;
  readonly asker: Person;
  /** Where the asker speaks. */
  readonly place: Place;
  readonly standing: Standing;
  readonly ids: Readonly<Record<'pet' | 'drawn' | 'edited' | 'busy' | 'draft' | 'question', string>>;
}

export const platformLetters = { web: 'w', discord: 'd', telegram: 't' } as const;

/** @param number another for each world */
export function createRightsWorld(platform: PlatformName, relation: Relation, number: number): RightsWorld {
  const id = (last: number) => `${number}${last}`;
  const person = (name: string, last: number): Person => ({ platform, id: id(last), name });
  const olga = person('Olga', 1);
  const asker = relation === 'owner' ? olga : person('Pia', 2);
  // As each platform has them: servers with channels, or groups with topics.
  const placeIn = (server: string, channel: number): Place =>
    platform === 'telegram'
      ? { platform, server, channel: server, thread: String(channel) }
      : { platform, server, channel: id(channel) };
  const hall = placeIn(id(3), 4);
  const places: Partial<Record<Relation, Place>> = {
    server: placeIn(id(3), 5),
    other: placeIn(id(6), 7),
    private: { platform, channel: platform === 'discord' ? id(8) : asker.id },
  };
  const letter = platformLetters[platform];
  return {
    relation,
    olga,
    hall,
    asker,
    place: places[relation] ?? hall,
    standing: {
      isModerator: relation === 'moderator',
      roles: [],
      ...(relation === 'channelMod' && { isChannelModerator: true }),
    },
    ids: {
      pet: `${letter}-pet${number}`,
      drawn: `${letter}-drawn${number}`,
      edited: `${letter}-edited${number}`,
      busy: `${letter}-busy${number}`,
      draft: `draft${number}`,
      question: `question${number}`,
    },
  };
}

/** Writes worlds as the bot would have left them. @param blob a stored picture that stands for all of theirs */
export async function keepWorlds(database: Database, worlds: readonly RightsWorld[], blob: BlobKey): Promise<void> {
  const owned = ({ olga }: RightsWorld) => ({ platform: olga.platform, personId: olga.id });
  const photos = [1, 2, 3].map((number) => ({ number, blob, doubts: [] }));
  await database.insert(petsTable).values(
    worlds.map((world) => ({
      id: world.ids.pet,
      ...owned(world),
      name: 'Biscuit',
      nameKey: 'biscuit',
      className: 'dog',
      lora: fileOf(world),
      photos: [],
      previews: [],
    })),
  );
  await database.insert(petSharesTable).values(worlds.flatMap(shareOf));
  await database.insert(serverRulesTable).values(
    worlds
      .filter(({ relation }) => relation === 'banned')
      .map(({ asker, hall }) => ({
        platform: hall.platform,
        server: hall.server!,
        rules: { ...noRules, banned: [{ id: asker.id, name: asker.name }] },
      })),
  );
  await database
    .insert(jobsTable)
    .values(worlds.flatMap((world) => [trainedIn(world, blob), drawnIn(world, blob), editedIn(world, blob)]));
  await database.insert(trainingDraftsTable).values(
    worlds.map((world) => ({
      id: world.ids.draft,
      ...owned(world),
      name: 'Rex',
      nameKey: 'rex',
      kind: 'dog',
      photos,
      setDoubts: [],
    })),
  );
  await database.insert(petQuestionsTable).values(
    worlds.map((world) => ({
      id: world.ids.question,
      ...owned(world),
      command: 'imagine',
      options: { prompt: 'asleep' },
      answers: [{ pet: `#${world.ids.pet}` }],
    })),
  );
}

/** In most relations nobody has a part in the pet. */
function shareOf({ relation, asker, hall, ids }: RightsWorld) {
  const targets: Partial<Record<Relation, [ShareScope, string]>> = {
    person: ['person', asker.id],
    channel: ['channel', channelIdOf(hall)],
    server: ['server', hall.server!],
    other: ['server', hall.server!],
    banned: ['server', hall.server!],
  };
  const [scope, target] = targets[relation] ?? [];
  return scope ? [{ petId: ids.pet, scope, platform: hall.platform, target: target!, sharedBy: 'Olga' }] : [];
}

function jobOf<Name extends JobName>(
  { olga, hall }: RightsWorld,
  job: { id: string; name: Name; title: string; data: InputOf<Name>; result: ResultOf<Name> },
) {
  const { id, name, title, data, result } = job;
  return {
    id,
    name,
    title,
    data: jobs[name].data.parse(data),
    platform: olga.platform,
    personId: olga.id,
    personName: olga.name,
    locale: 'en',
    place: hall,
    message: { place: hall, message: id },
    round: 1,
    state: 'delivered' as const,
    outcome: { kind: 'completed' as const, result },
  };
}

/** Unlike any other, so that it can be looked for. */
function fileOf({ ids }: RightsWorld): BlobKey {
  return `sha256-${ids.pet.replace(/\D/g, '').padStart(64, 'a')}` as BlobKey;
}

function trainedIn(world: RightsWorld, blob: BlobKey) {
  return jobOf(world, {
    id: world.ids.pet,
    name: 'train-pet',
    title: 'Biscuit',
    data: { petName: 'Biscuit', className: 'dog', photos: [blob, blob, blob], seed: 7 },
    result: { lora: fileOf(world), previews: [], lossHistory: [], seconds: 1 },
  });
}

function drawnIn(world: RightsWorld, blob: BlobKey) {
  return jobOf(world, {
    id: world.ids.drawn,
    name: 'imagine',
    title: 'Biscuit in the snow',
    data: { prompt: '{pet} in the snow', count: 2, seed: 7, pet: { id: world.ids.pet, className: 'dog' } },
    result: {
      pictures: [blob, blob],
      grid: blob,
      settings: { seed: 7, steps: 10, guidanceScale: 7.5 },
      isPromptCut: false,
      seconds: 1,
    },
  });
}

function editedIn(world: RightsWorld, blob: BlobKey) {
  return jobOf(world, {
    id: world.ids.edited,
    name: 'edit',
    title: 'dog → Biscuit',
    data: {
      picture: blob,
      changes: [{ kind: 'replace', from: 'dog', to: '{pet}' }],
      pet: { id: world.ids.pet, className: 'dog', name: 'Biscuit' },
      seed: 7,
    },
    result: editResult({ pictures: [blob], comparison: blob, before: blob }),
  });
}
