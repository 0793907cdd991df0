import { packageRoot } from '#src/core/package-root.js';
import { configSchema } from '#src/operations/config.js';

/** What `.env.example` has to be: each setting with its sentence and default, in the order of the schema. */
export function renderEnvExample(): string {
  const head =
    '# Copy this file to .env and change what you need. Every line is optional; the values shown are the defaults.\n';
  const defaults = configSchema.parse({}) as Record<string, unknown>;
  const settings = Object.entries(configSchema.shape).map(
    ([name, schema]) => `# ${schema.description}\n${name}=${show(defaults[name])}\n`,
  );
  return [head, ...settings].join('\n');
}

function show(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.join(',');
  return String(value).replace(`${packageRoot}/`, '').replace(`${process.cwd()}/`, '');
}
