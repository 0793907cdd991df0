import { PermissionsBitField } from 'discord.js';
import { expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { type DecodeContext, decodeInteraction } from '#src/platforms/discord/decode-interaction.js';
import { createFuzz, fieldsOf } from '#test/helpers/fuzz.js';

const seed = Number(process.env.TEST_SEED ?? 17);
const context: DecodeContext = {
  commands,
  fetchAttachment: async () => new Uint8Array(),
  isAgeRestricted: (channelId) => channelId === '18',
  serverPermissionsOf: (_, { roles }) => new PermissionsBitField(roles.includes('7') ? 'ManageMessages' : []),
};

const file = (number: number) => ({
  id: String(number),
  filename: `${number}.jpg`,
  size: 10,
  url: 'https://cdn.discordapp.com/x',
  content_type: 'image/jpeg',
});
const user = { id: '5', username: 'anna', global_name: 'Anna' };
const common = {
  id: '1574490953798909952',
  token: 'aW50ZXJhY3Rpb24',
  application_id: '1574490953798909953',
  channel_id: '1574490953798909954',
  guild_id: '1574490953798909955',
  locale: 'de',
  attachment_size_limit: 1000,
  member: {
    user,
    nick: 'Annie',
    roles: ['7', '8'],
    permissions: '8192',
    joined_at: '2026-11-05T10:00:00.000000+00:00',
  },
};
const attachments = { '1': file(1), '2': file(2) };
const payloads = [
  {
    ...common,
    type: 2,
    data: {
      name: 'train',
      type: 1,
      options: [
        { name: 'name', type: 3, value: 'Biscuit' },
        { name: 'photo1', type: 11, value: '1' },
        { name: 'photo2', type: 11, value: '2' },
      ],
      resolved: { attachments },
    },
  },
  {
    ...common,
    type: 2,
    data: {
      name: 'Train from this message',
      type: 3,
      target_id: '9',
      resolved: {
        messages: {
          '9': {
            content: 'Biscuit',
            attachments: [file(1)],
            message_snapshots: [{ message: { content: 'x', attachments: [file(2)] } }],
          },
        },
      },
    },
  },
  { ...common, type: 3, data: { component_type: 2, custom_id: 'again?job=d-1' }, message: { id: '7', flags: 64 } },
  {
    ...common,
    type: 4,
    data: { name: 'pets', type: 1, options: [{ name: 'forget', type: 3, value: 'B', focused: true }] },
  },
  {
    ...common,
    type: 5,
    data: {
      custom_id: 'form:train:1574490953798909956',
      components: [
        { component: { type: 4, custom_id: 'name', value: 'Biscuit' } },
        { component: { type: 3, custom_id: 'pet', values: ['Rex'] } },
        { component: { type: 19, custom_id: 'photos', values: ['1', '2'] } },
      ],
      resolved: { attachments },
    },
  },
];

/** What is decoded, as far as JSON can tell. */
interface Meaning {
  person: { name: string };
  place: { server?: string };
  standing: { isModerator: boolean; isChannelModerator: boolean; roles: string[]; joinedAt?: string };
  isHidden: boolean;
  mayOpenThreads: boolean;
  token: string;
  language?: string;
  attachmentLimit?: number;
  options: Record<string, unknown>;
  option: string;
  typed: string;
  text: string;
  images: { name: string }[];
}

function meaningOf(payload: unknown): Meaning | undefined {
  const decoded = decodeInteraction(payload, context);
  return decoded && JSON.parse(JSON.stringify(decoded));
}

/** Values that hardly any field takes, by name. */
const wrong = { list: [[]], object: { x: 1 }, noNumber: Number.NaN, endless: 'x'.repeat(30_000) };
type Wrong = keyof typeof wrong;

/** The field as it was, and what it belongs to. */
interface Place {
  readonly old: { readonly name: string; readonly type: number; readonly value: string; readonly filename: string };
  readonly holder: Place['old'] & { readonly custom_id: string; readonly values: readonly string[] };
}
/** `refused`, `same`, or what changes in the meaning. */
type Verdict = 'refused' | 'same' | ((meaning: Meaning, place: Place) => void);
/** What becomes of the payload without the field, and with each wrong value that it is not refused for. */
type Row = { readonly without: Verdict } & { readonly [Value in Wrong]?: Verdict };

const needed: Row = { without: 'refused' };
const everyValue = (verdict: Verdict): Row => ({
  without: verdict,
  list: verdict,
  object: verdict,
  noNumber: verdict,
  endless: verdict,
});
const unread = everyValue('same');

const withoutImage = (meaning: Meaning, name: string) => {
  const isOther = (image: { readonly name: string }) => image.name !== name;
  if (meaning.images) meaning.images = meaning.images.filter(isOther);
  else meaning.options.photos = (meaning.options.photos as Meaning['images']).filter(isOther);
};
const imagesOf = ({ images, options }: Meaning) => images ?? (options.photos as Meaning['images']);
const renamedImage: Verdict = (meaning, { holder }) => {
  imagesOf(meaning).find(({ name }) => name === holder.filename)!.name = wrong.endless;
};
const withoutPhotos: Verdict = ({ options }) => void delete options.photos;
const withoutOption = (meaning: Meaning, { name, type, value }: Place['old']) => {
  if (type === 11) withoutImage(meaning, `${value}.jpg`);
  else delete meaning.options[name];
};
const withoutForwarded: Verdict = (meaning) => {
  meaning.text = 'Biscuit';
  withoutImage(meaning, '2.jpg');
};

const attachmentRows = (path: string, more: Readonly<Record<string, Row>>): Record<string, Row> => ({
  [`${path}.id`]: unread,
  [`${path}.filename`]: { without: 'refused', endless: renamedImage },
  [`${path}.size`]: needed,
  // Where a file is shows when it is fetched.
  [`${path}.url`]: { without: 'refused', endless: 'same' },
  ...more,
});
const resolvedRows: Record<string, Row> = {
  'data.resolved': { without: withoutPhotos, object: withoutPhotos },
  'data.resolved.attachments': { without: withoutPhotos },
  ...Object.assign(
    {},
    ...['1', '2'].map((id) => {
      const path = `data.resolved.attachments.${id}`;
      return attachmentRows(path, {
        [path]: { without: (meaning, { old }) => withoutImage(meaning, old.filename) },
        [`${path}.content_type`]: unread,
      });
    }),
  ),
};
const contentRows = (path: string): Record<string, Row> =>
  attachmentRows(`${path}.attachments.*`, {
    [`${path}.attachments`]: {
      without: (meaning) => withoutImage(meaning, path.endsWith('.9') ? '1.jpg' : '2.jpg'),
    },
    [`${path}.attachments.*`]: { without: (meaning, { old }) => withoutImage(meaning, old.filename) },
    // Named as a picture, whatever is said of it.
    [`${path}.attachments.*.content_type`]: unread,
  });

const facts: Readonly<Record<string, Row>> = {
  id: needed,
  token: {
    without: 'refused',
    endless: (meaning) => {
      meaning.token = wrong.endless;
    },
  },
  application_id: needed,
  channel_id: needed,
  guild_id: {
    without: ({ place, standing }) => {
      delete place.server;
      standing.isModerator = false;
    },
  },
  locale: { without: (meaning) => void delete meaning.language },
  attachment_size_limit: { without: (meaning) => void delete meaning.attachmentLimit },
  member: needed,
  'member.user': needed,
  'member.user.id': needed,
  // The name in the server goes before both.
  'member.user.username': { without: 'refused', endless: 'same' },
  'member.user.global_name': { without: 'same', endless: 'same' },
  'member.nick': {
    without: ({ person }) => {
      person.name = 'Anna';
    },
    endless: ({ person }) => {
      person.name = wrong.endless.slice(0, 64);
    },
  },
  'member.roles': {
    without: ({ standing }) => {
      standing.roles = [];
      standing.isModerator = false;
    },
  },
  'member.roles.*': {
    without: ({ standing }, { old }) => {
      standing.roles = standing.roles.filter((role) => role !== String(old));
      standing.isModerator = standing.roles.includes('7');
    },
  },
  'member.joined_at': everyValue(({ standing }) => void delete standing.joinedAt),
  'member.permissions': {
    without: (meaning) => {
      meaning.standing.isChannelModerator = false;
      meaning.mayOpenThreads = false;
    },
  },
  type: needed,
  data: needed,
  'data.name': needed,
  'data.type': needed,
  'data.custom_id': needed,
};

/** In the order of the payloads. */
const rows: readonly Readonly<Record<string, Row>>[] = [
  {
    ...facts,
    ...resolvedRows,
    'data.options': {
      without: (meaning) => {
        meaning.options = {};
      },
    },
    'data.options.*': { without: (meaning, { old }) => withoutOption(meaning, old) },
    'data.options.*.name': {
      without: 'refused',
      endless: (meaning, { holder }) => {
        const { options } = meaning;
        const photos = options.photos as Meaning['images'];
        options[wrong.endless] =
          holder.type === 11 ? photos.filter(({ name }) => name === `${holder.value}.jpg`) : options[holder.name];
        withoutOption(meaning, holder);
      },
    },
    'data.options.*.type': needed,
    'data.options.*.value': {
      without: (meaning, { holder }) => withoutOption(meaning, holder),
      endless: (meaning, { holder }) => {
        withoutOption(meaning, holder);
        if (holder.type === 3) meaning.options[holder.name] = wrong.endless;
      },
    },
  },
  {
    ...facts,
    ...contentRows('data.resolved.messages.9'),
    ...contentRows('data.resolved.messages.9.message_snapshots.*.message'),
    'data.target_id': needed,
    'data.resolved': needed,
    'data.resolved.messages': needed,
    // A message may be empty.
    'data.resolved.messages.9': {
      without: 'refused',
      object: (meaning) => {
        meaning.text = '';
        meaning.images = [];
      },
    },
    'data.resolved.messages.9.content': {
      without: (meaning) => {
        meaning.text = '\nx';
      },
    },
    'data.resolved.messages.9.message_snapshots': { without: withoutForwarded },
    'data.resolved.messages.9.message_snapshots.*': { without: withoutForwarded },
    'data.resolved.messages.9.message_snapshots.*.message': {
      without: 'refused',
      object: (meaning) => {
        meaning.text = 'Biscuit\n';
        withoutImage(meaning, '2.jpg');
      },
    },
    'data.resolved.messages.9.message_snapshots.*.message.content': {
      without: (meaning) => {
        meaning.text = 'Biscuit\n';
      },
    },
  },
  {
    ...facts,
    'data.component_type': needed,
    message: needed,
    'message.id': needed,
    'message.flags': everyValue((meaning) => {
      meaning.isHidden = false;
    }),
  },
  {
    ...facts,
    // A completion without the option that is being typed asks for nothing.
    'data.options': needed,
    'data.options.*': needed,
    'data.options.*.name': {
      without: 'refused',
      endless: (meaning) => {
        meaning.option = wrong.endless;
      },
    },
    'data.options.*.type': needed,
    'data.options.*.value': {
      without: (meaning) => {
        meaning.typed = '';
      },
      endless: (meaning) => {
        meaning.typed = wrong.endless;
      },
    },
    'data.options.*.focused': needed,
  },
  {
    ...facts,
    ...resolvedRows,
    'data.components': needed,
    'data.components.*': {
      without: ({ options }, { old }) =>
        void delete options[(old as unknown as { component: { custom_id: string } }).component.custom_id],
    },
    'data.components.*.component': needed,
    'data.components.*.component.type': {
      // A list of nobody knows what names no file.
      without: ({ options }, { holder }) => {
        if (holder.type === 3) delete options.pet;
      },
    },
    'data.components.*.component.custom_id': {
      without: 'refused',
      endless: ({ options }, { holder }) => {
        options[wrong.endless] = options[holder.custom_id];
        delete options[holder.custom_id];
      },
    },
    'data.components.*.component.value': {
      without: ({ options }) => void delete options.name,
      endless: ({ options }) => {
        options.name = wrong.endless;
      },
    },
    'data.components.*.component.values': {
      without: ({ options }, { holder }) => void delete options[holder.custom_id],
    },
    'data.components.*.component.values.*': {
      without: (meaning, { old }) =>
        String(old) === 'Rex' ? void delete meaning.options.pet : withoutImage(meaning, `${old}.jpg`),
      endless: (meaning, { old }) => {
        if (String(old) === 'Rex') meaning.options.pet = wrong.endless;
        else withoutImage(meaning, `${old}.jpg`);
      },
    },
  },
];

test('10 000 interactions, each with one mutation: refused, or taken with exactly the meaning that the mutation leaves', () => {
  const fuzz = createFuzz(seed);
  const counts = { refused: 0, same: 0, changed: 0 };
  for (let round = 0; round < 10_000; round += 1) {
    const kindOfPayload = fuzz.integer(payloads.length);
    const source = payloads[kindOfPayload];
    const payload: Record<string, unknown> = JSON.parse(JSON.stringify(source));
    const meaning = meaningOf(source)!;
    const field = fuzz.pick(fieldsOf(payload));
    const place = {
      old: structuredClone(field.holder[field.key]),
      holder: structuredClone(field.holder),
    } as unknown as Place;
    const row = rows[kindOfPayload]![field.path];
    if (!row) throw new Error(`no verdict for ${field.path}`);
    const kind = fuzz.pick(['without', 'wrong', 'extra'] as const);
    const value = fuzz.pick(Object.keys(wrong) as Wrong[]);
    let verdict: Verdict;
    if (kind === 'extra') {
      const isOpen = !Array.isArray(field.holder) && !isTable(field.holder);
      const holder = isOpen ? field.holder : payload;
      holder[fuzz.pick(['colour', '__proto_', 'constructor2', 'ids'])] = fuzz.oddity();
      verdict = 'same';
    } else if (kind === 'wrong') {
      field.holder[field.key] = wrong[value];
      verdict = row[value] ?? 'refused';
    } else {
      if (Array.isArray(field.holder)) field.holder.splice(Number(field.key), 1);
      else delete field.holder[field.key];
      verdict = row.without;
    }
    if (typeof verdict === 'function') verdict(meaning, place);
    const expected = verdict === 'refused' ? undefined : meaning;
    expect(meaningOf(payload), `${kind} ${value} at ${field.path} of ${kindOfPayload}`).toEqual(expected);
    counts[typeof verdict === 'function' ? 'changed' : verdict] += 1;
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(500);
});

test('2 000 payloads of anything are refused, and crash nothing', () => {
  const fuzz = createFuzz(seed + 1);
  const grow = (depth: number): unknown => {
    if (depth === 0 || fuzz.chance(0.3)) return fuzz.chance(0.5) ? fuzz.oddity() : fuzz.text();
    const keys = [
      'id',
      'type',
      'data',
      'token',
      'member',
      'user',
      'options',
      'name',
      'custom_id',
      'components',
      fuzz.text(5),
    ];
    const entries = Array.from({ length: fuzz.integer(8) }, () => [fuzz.pick(keys), grow(depth - 1)] as const);
    return fuzz.chance(0.2) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
  };
  for (let count = 0; count < 2000; count++) expect(decodeInteraction(grow(5), context)).toBeUndefined();
});

/** Keyed by ids, where one more key is one more entry. */
function isTable(holder: Record<string, unknown>): boolean {
  return Object.keys(holder).every((key) => /^\d+$/.test(key));
}
