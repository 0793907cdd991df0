/** `npm run smoke`: see test/README.md. */
import { config as loadEnvironmentFile } from 'dotenv';
import { ConfigError } from '#src/operations/config.js';
import { smoke } from './smoke.js';

loadEnvironmentFile({ quiet: true });
try {
  const isFine = await smoke({
    environment: process.env,
    write: (line) => void process.stdout.write(`${line}\n`),
  });
  process.exitCode = isFine ? 0 : 1;
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
