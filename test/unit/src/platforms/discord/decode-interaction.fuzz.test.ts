import { expect, test } from 'vitest';
import { commands } from '#commands/index.js';
import { type DecodeContext, decodeInteraction } from '#src/platforms/discord/decode-interaction.js';
import { createFuzz, type Field, fieldsOf } from '#test/helpers/fuzz.js';

const seed = Number(process.env.TEST_SEED ?? 17);
const context: DecodeContext = {
  commands,
  fetchAttachment: async () => new Uint8Array(),
  isAgeRestricted: (channelId) => channelId === '18',
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
  member: { user, nick: 'Annie', roles: ['7', '8'], permissions: '8192' },
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
  { ...common, type: 3, data: { component_type: 2, custom_id: 'again?job=d-1' }, message: { id: '7' } },
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

/** Without these there is nothing that a bot could do. */
const needed =
  /^(id|token|application_id|channel_id|type|data|member\.user|member\.user\.(id|username)|data\.(name|type|custom_id|component_type|components|target_id)|message|message\.id|data\.options\.\*\.(name|type)|data\.components\.\*\.component(\.custom_id)?|data\.resolved\.attachments\.\d\.(filename|size|url)|data\.resolved\.messages\.9\.attachments\.\*\.(filename|size|url))$/;
/** Whatever becomes of these: Discord repeats the id that names a file, and what a file is shows in its bytes. */
const unread = /\.attachments\.(\d|\*)\.id$|^data\.resolved\.attachments\.\d\.content_type$/;
/** Those that may be left out, and then mean less. */
const optional =
  /^(guild_id|locale|attachment_size_limit|member\.(nick|roles|permissions)|member\.user\.global_name|data\.options\.\*|data\.options\.\*\.value|data\.resolved\.attachments\.\d|data\.components\.\*|data\.components\.\*\.component\.(type|value|values)|data\.resolved\.messages\.9\.(content|attachments|message_snapshots)|data\.resolved\.messages\..*\.content_type)$/;

/** Of no type that any of these fields has. */
const misfits = [[[]], { x: 1 }, Number.NaN, 'x'.repeat(30_000)];

function meaningOf(payload: unknown): string | undefined {
  const decoded = decodeInteraction(payload, context);
  return decoded && JSON.stringify(decoded);
}

function fieldsWhere(payload: unknown, isWanted: (field: Field) => boolean): Field[] {
  return fieldsOf(payload).filter(isWanted);
}

test('10 000 interactions, each with one mutation: taken with the same meaning, taken, or refused, as the mutation deserves', () => {
  const fuzz = createFuzz(seed);
  const verdicts = { same: 0, taken: 0, refused: 0 };
  for (let count = 0; count < 10_000; count++) {
    const source = fuzz.pick(payloads);
    const payload: unknown = structuredClone(source);
    const kind = fuzz.pick(['extra', 'unread', 'without a needed one', 'without an optional one', 'misfit'] as const);
    const say = (field?: Field) => `${kind} ${field?.path ?? ''} in ${JSON.stringify(payload)}`.slice(0, 600);
    if (kind === 'extra') {
      const holders = [payload as Record<string, unknown>, ...fieldsOf(payload).map(({ holder }) => holder)];
      const holder = fuzz.pick(holders.filter((each) => !Array.isArray(each) && !isTable(each)));
      holder[fuzz.pick(['colour', '__proto_', 'constructor2', 'ids'])] = fuzz.oddity();
      expect(meaningOf(payload), say()).toBe(meaningOf(source));
      verdicts.same += 1;
      continue;
    }
    const wanted = {
      unread: ({ path }: Field) => unread.test(path),
      'without a needed one': ({ path }: Field) => needed.test(path),
      'without an optional one': ({ path }: Field) => optional.test(path),
      misfit: ({ path }: Field) => needed.test(path) || (optional.test(path) && !/\.\*$|values?$/.test(path)),
    }[kind];
    const fields = fieldsWhere(payload, wanted);
    if (fields.length === 0) continue;
    const field = fuzz.pick(fields);
    if (kind === 'unread') field.holder[field.key] = fuzz.oddity();
    else if (kind === 'misfit') field.holder[field.key] = fuzz.pick(misfits);
    else if (Array.isArray(field.holder)) field.holder.splice(Number(field.key), 1);
    else delete field.holder[field.key];
    const meaning = meaningOf(payload);
    if (kind === 'unread') {
      expect(meaning, say(field)).toBe(meaningOf(source));
      verdicts.same += 1;
    } else if (kind === 'without an optional one') {
      // A completion without the option that is being typed asks for nothing.
      const asksNothing = (source as { type: number }).type === 4 && field.path === 'data.options.*';
      if (asksNothing) expect(meaning).toBeUndefined();
      else expect(meaning, say(field)).toBeDefined();
      verdicts.taken += 1;
    } else if (kind === 'misfit' && isWord(field)) {
      // A word that is longer, or another, is still a word.
      expect(() => meaningOf(payload)).not.toThrow();
    } else {
      expect(meaning, say(field)).toBeUndefined();
      verdicts.refused += 1;
    }
  }
  for (const count of Object.values(verdicts)) expect(count).toBeGreaterThan(1000);
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

function isWord({ path, holder, key }: Field): boolean {
  const words = /(name|nick|url|token|custom_id|content|value|content_type|locale)$/;
  return typeof holder[key] === 'string' && words.test(path);
}
