import type { ConfigName } from './config.js';

/** Where programs are and how the machine speaks; no setting of ours. */
const everywhere = [
  'PATH',
  'HOME',
  'USER',
  'TMPDIR',
  'TZ',
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'NODE_ENV',
  'NODE_OPTIONS',
  'NODE_V8_COVERAGE',
] as const;
/** What speaks with machines elsewhere. */
const network = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
] as const;
const terminal = ['TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR'] as const;
/** Which processors and graphics cards there are to compute with. */
const compute = [
  'CUDA_HOME',
  'CUDA_PATH',
  'CUDA_VISIBLE_DEVICES',
  'NVIDIA_VISIBLE_DEVICES',
  'OMP_NUM_THREADS',
  'TF_CPP_MIN_LOG_LEVEL',
  'TF_FORCE_GPU_ALLOW_GROWTH',
  'XLA_FLAGS',
] as const;

const botSettings = [
  'DATA_DIR',
  'REDIS_URL',
  'DATABASE_URL',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'CHECKPOINT',
  'WEB_HOST',
  'WEB_PORT',
  'WEB_ALLOWED_HOSTS',
  'WEB_PUBLIC_URL',
  'WEB_PUBLIC_HOST',
  'WEB_PUBLIC_PORT',
  'DISCORD_TOKEN',
  'DISCORD_SHARDS',
  'DISCORD_USER_INSTALL',
  'TELEGRAM_TOKEN',
  'TELEGRAM_API_ROOT',
  'TELEGRAM_WEBHOOK_URL',
  'TELEGRAM_WEBHOOK_SECRET',
  'TELEGRAM_WEBHOOK_HOST',
  'TELEGRAM_WEBHOOK_PORT',
  'LOG_LEVEL',
  'MAX_PHOTO_BYTES',
  'MAX_LORA_BYTES',
  'MAX_PHOTO_PIXELS',
  'PHOTO_PROCESSES',
  'PHOTO_MEMORY_BYTES',
  'MAX_BLOB_BYTES',
  'QUEUE_MAX_PER_PERSON',
  'QUEUE_MAX_PER_SERVER',
  'QUEUE_MAX_TOTAL',
  'FLOOD_MAX_COMMANDS',
  'FLOOD_WINDOW_SECONDS',
  'TRAIN_SLICE_SECONDS',
  'RETENTION_DAYS',
  'CONTEST_RETENTION_DAYS',
  'PICTURES',
  'PROMPT_BLOCKLIST',
  'OPERATIONS_HOST',
  'OPERATIONS_PORT',
  'PETS_MAX_PER_PERSON',
] as const satisfies readonly ConfigName[];
const workerSettings = [
  'DATA_DIR',
  'REDIS_URL',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_REGION',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'CHECKPOINT',
  'ENGINE',
  'TRAIN_STEPS',
  'LOG_LEVEL',
  'MAX_BLOB_BYTES',
  'TRAIN_SLICE_SECONDS',
  'PROMPT_BLOCKLIST',
  'OPERATIONS_HOST',
  'OPERATIONS_PORT',
] as const satisfies readonly ConfigName[];

/** Every process of ours, and the variables that it is given: nothing else reaches it. */
export const processVariables = {
  /** `npm start`, which hands the others theirs, and compiles them where that is not done. */
  petbooth: [
    'COMPILED_CHILDREN',
    ...everywhere,
    ...network,
    ...terminal,
    ...compute,
    ...botSettings,
    ...workerSettings,
  ],
  bot: [...everywhere, ...network, ...terminal, ...botSettings],
  worker: [...everywhere, ...network, ...terminal, ...compute, ...workerSettings],
  /** Told what it needs by its arguments. */
  engine: [...everywhere, ...terminal, ...compute],
  /** Looks at strangers' pictures. */
  pictures: [],
  redis: [...everywhere],
  /** The system's package manager. */
  installer: [...everywhere, ...network, ...terminal, 'DEBIAN_FRONTEND', 'SUDO_ASKPASS', 'SUDO_USER', 'LOGNAME'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ProcessName = keyof typeof processVariables;

/** Does not compile where a setting reaches neither the bot nor a worker. */
export const everySettingIsRead: Exclude<ConfigName, (typeof botSettings | typeof workerSettings)[number]> extends never
  ? true
  : never = true;

/** Of these variables the ones that the process is given. */
export function environmentFor(
  name: ProcessName,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    processVariables[name].flatMap((variable) => {
      const value = environment[variable];
      return value === undefined ? [] : [[variable, value] as const];
    }),
  );
}
