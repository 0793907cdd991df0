import { join, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '#src/core/package-root.js';
import { pictureRules } from '#src/core/place.js';

const MiB = 1024 * 1024;

const path = (defaultPath: string) =>
  z
    .string()
    .default(defaultPath)
    .transform((value) => resolve(value));
const count = (defaultValue: number, min = 1, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(min).max(max).default(defaultValue);

/** Every setting: name, unit, default and a sentence. `.env.example` lists the same in the same order. */
export const configSchema = z.object({
  DATA_DIR: path('data').describe('Folder for the database, pictures, and the managed Redis.'),
  REDIS_URL: z
    .string()
    .regex(/^(rediss?:\/\/|unix:\/\/|\/)/, 'expected redis://…, rediss://…, or the path of a unix socket')
    .optional()
    .describe(
      'Redis or Valkey to use (redis://…, or the path of a unix socket). Unset: a server is started and kept under DATA_DIR.',
    ),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgres://…')
    .optional()
    .describe(
      'Postgres 14 or later to use (postgres://…), not through a pooler of transactions. Unset: an embedded one under DATA_DIR.',
    ),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Service that keeps pictures and weights (https://…, any that speaks S3). Unset: files under DATA_DIR.'),
  S3_BUCKET: z.string().min(1).optional().describe('Its bucket, which has to exist.'),
  S3_REGION: z.string().min(1).default('us-east-1').describe('Region that requests are signed for.'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional().describe('Name of the key; it may read, write, delete and list.'),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('The key.'),
  CHECKPOINT: path(join(packageRoot, 'models/checkpoints/toy-pets')).describe(
    'Folder of the Stable Diffusion checkpoint, in the layout of diffusers.',
  ),
  ENGINE: z
    .string()
    .regex(/^(onnx|eager:[a-z0-9-]+)$/, 'expected onnx, or eager: and the name of a TensorFlow.js backend')
    .default('onnx')
    .describe('What runs the model: onnx, or eager:<TensorFlow.js backend>, e.g. eager:cpu.'),
  TRAIN_STEPS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Training steps for a pet. Unset: as the checkpoint recommends.'),
  WEB_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address the chat page listens on. Anything but loopback lets other machines in.'),
  WEB_PORT: count(4870, 0, 65_535).describe('Port of the chat page.'),
  WEB_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((host) => host.trim().toLowerCase())
        .filter((host) => host !== ''),
    )
    .describe('Further host names the chat page answers to, separated by commas. Loopback names always work.'),
  WEB_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address under which everybody reaches the pages of contests (https://…). Unset: there are none.'),
  WEB_PUBLIC_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address those pages listen on; nothing else is served there.'),
  WEB_PUBLIC_PORT: count(4872, 0, 65_535).describe('Port of those pages.'),
  DISCORD_TOKEN: z
    .string()
    .regex(/^[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}$/, 'expected the bot token from the developer portal')
    .optional()
    .describe('Token of the Discord bot, from the developer portal. Unset: Discord is off.'),
  DISCORD_SHARDS: z
    .union([z.literal('auto'), z.coerce.number().int().min(1).max(1000)], 'expected auto, or a number from 1 to 1000')
    .default('auto')
    .describe('Connections to Discord, which share its servers: auto (as many as Discord recommends), or a number.'),
  DISCORD_USER_INSTALL: z
    .enum(['yes', 'no'])
    .default('no')
    .describe('Whether people may take the bot along to other places: yes or no. Switch it on in the portal too.'),
  TELEGRAM_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{20,}$/, 'expected the token from @BotFather')
    .optional()
    .describe('Token of the Telegram bot, from @BotFather. Unset: Telegram is off.'),
  TELEGRAM_API_ROOT: z.url().default('https://api.telegram.org').describe('Bot API server.'),
  TELEGRAM_WEBHOOK_URL: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('Public https address at which Telegram delivers. Unset: long polling, which needs no address.'),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,256}$/, 'expected 16 to 256 letters, digits, _ or -')
    .optional()
    .describe('By which Telegram proves itself to the webhook; anything long and random. Needed with a webhook.'),
  TELEGRAM_WEBHOOK_HOST: z.string().min(1).default('127.0.0.1').describe('Address the webhook listens on.'),
  TELEGRAM_WEBHOOK_PORT: count(4871, 0, 65_535).describe('Port of the webhook.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged: fatal, error, warn, info, debug, trace, or silent.'),
  MAX_PHOTO_BYTES: count(20 * MiB, 1024).describe('Largest photo accepted, in bytes.'),
  MAX_LORA_BYTES: count(20 * MiB, 1024).describe('Largest LoRA file accepted by /import, in bytes.'),
  MAX_PHOTO_PIXELS: count(64_000_000, 4096, 268_000_000).describe('Largest photo accepted, width times height.'),
  PHOTO_PROCESSES: count(2, 1, 64).describe(
    'Processes that decode photos at once; one person has one of them at a time.',
  ),
  PHOTO_MEMORY_BYTES: count(1536 * MiB, 256 * MiB).describe('Memory that decoding one photo may take, in bytes.'),
  MAX_BLOB_BYTES: count(512 * MiB, MiB).describe('Largest single file kept under DATA_DIR, in bytes.'),
  QUEUE_MAX_PER_PERSON: count(5, 1, 1000).describe('Unfinished jobs one person may have.'),
  QUEUE_MAX_PER_SERVER: count(100, 1, 100_000).describe('Unfinished jobs that one server or group may have.'),
  QUEUE_MAX_TOTAL: count(10_000, 1, 1_000_000).describe('Unfinished jobs of everybody together.'),
  FLOOD_MAX_COMMANDS: count(30, 1, 10_000).describe(
    'Commands and presses of one person within FLOOD_WINDOW_SECONDS; of more, one is answered. Buttons that are answered in place, as on ballots, are counted apart: five a second.',
  ),
  FLOOD_WINDOW_SECONDS: count(30, 1, 3600).describe(
    'Seconds after which a person who asked for too much is heard again.',
  ),
  TRAIN_SLICE_SECONDS: z.coerce
    .number()
    .min(0.1)
    .max(86_400)
    .default(60)
    .describe('Seconds that a training runs before it makes room for pictures of others.'),
  RETENTION_DAYS: count(30, 1, 3650).describe(
    'Days that drawn pictures and finished jobs are kept. Pets and their photos stay until they are forgotten.',
  ),
  CONTEST_RETENTION_DAYS: count(365, 1, 3650).describe(
    'Days that the pictures of a contest are kept after its result was published. Results stay.',
  ),
  PICTURES: z
    .enum(pictureRules)
    .default('cover')
    .describe(
      'What becomes of explicit pictures: off, cover or refuse. Moderators may choose otherwise for a channel, unless it is refuse; channels for adults and the chat page on loopback show them.',
    ),
  PROMPT_BLOCKLIST: z
    .string()
    .default('')
    .describe(
      'Words that prompts, names and captions may not hold: separated by commas, or the path of a file with one a line.',
    ),
  OPERATIONS_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address on which bot and worker tell how they are. They ask nobody who is asking.'),
  OPERATIONS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_534)
    .optional()
    .describe(
      'Port of /healthz, /readyz and /metrics. With `npm start` the bot takes it and the worker the next one. Unset: none.',
    ),
  PETS_MAX_PER_PERSON: count(20, 1, 10_000).describe('Pets one person may keep.'),
});

export type Config = z.infer<typeof configSchema>;
export type ConfigName = keyof Config;

/** Never printed, neither by us nor by what prints an environment. */
export const secretNames = [
  'REDIS_URL',
  'DATABASE_URL',
  'S3_SECRET_ACCESS_KEY',
  'DISCORD_TOKEN',
  'TELEGRAM_TOKEN',
  'TELEGRAM_WEBHOOK_SECRET',
] as const satisfies readonly ConfigName[];
/** All of them or none. */
const s3Names = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
const isSecret = (name: string) => (secretNames as readonly string[]).includes(name);

/** Names every problem at once, and no value of a secret. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** An empty variable counts as unset, as in an .env file with `NAME=`. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.keys(configSchema.shape)
      .map((name) => [name, environment[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = configSchema.safeParse(given);
  if (parsed.success) {
    if (parsed.data.TELEGRAM_WEBHOOK_URL && !parsed.data.TELEGRAM_WEBHOOK_SECRET)
      throw new ConfigError(['TELEGRAM_WEBHOOK_URL: needs TELEGRAM_WEBHOOK_SECRET too']);
    const missing = s3Names.filter((name) => parsed.data[name] === undefined);
    if (missing.length > 0 && missing.length < s3Names.length)
      throw new ConfigError(missing.map((name) => `${name}: is needed beside the other S3_… settings`));
    return parsed.data;
  }
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const value = isSecret(name) ? '[redacted]' : JSON.stringify(given[name]);
      return `${name}: ${issue.message} (got ${value})`;
    }),
  );
}

/** For a log: secrets shown as set or unset only. */
export function describeConfig(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, isSecret(name) && value !== undefined ? '[redacted]' : value]),
  );
}
