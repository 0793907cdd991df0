import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebClient } from '#src/platforms/web/web-client.js';
import { type AttackName, attacks } from './attacks.js';

/** Somebody hostile at the chat page, in a process of their own and behind all others: what being hostile costs is not what is measured. */
const [name, url, cookie] = process.argv.slice(2) as [AttackName, string, string];
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const pauseAfterRefusalMs = 100;

const attack = await attacks[name]();
const attacker = await WebClient.open(url, { language: 'en', cookie });
let rounds = 0;
const tell = () => process.send?.({ rounds });
process.on('disconnect', () => process.exit(0));
process.on('message', (asked) => {
  if (asked === 'begin') void begin();
  tell();
});
tell();

async function begin(): Promise<never> {
  for (;;) {
    await attack(attacker, rounds).catch(() => sleep(pauseAfterRefusalMs));
    rounds += 1;
  }
}
