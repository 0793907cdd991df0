import { askerTagOf } from '#src/core/action.js';
import { UserError } from '#src/core/errors.js';
import type { Options } from '#src/core/options.js';
import type { Applicant } from '#src/moderation/rights.js';
import type { Rights } from '#src/moderation/rights-service.js';
import type { Asked } from './asked.js';
import type { Command } from './define-command.js';
import type { FloodVerdict } from './flood-limit.js';

/** Why a command is not even looked at. */
export function refusalOf(verdict: FloodVerdict, isUnderWay: boolean): UserError | undefined {
  if (verdict.kind === 'slowDown') return new UserError('tooFast', { seconds: verdict.seconds });
  return isUnderWay ? new UserError('stillBusy') : undefined;
}

/** @throws UserError which says why this command does not run for whoever asks */
export async function assertMayRun(
  command: Command,
  { person, button, isAnonymous, options }: Asked,
  applicant: Applicant,
  rights: Pick<Rights, 'assertWelcome'>,
): Promise<void> {
  // Somebody else's button does nothing, and neither does one that names nobody where somebody has to be named.
  if (button) {
    const needsAsker = command.asked || Object.keys(options).some((name) => isForAsker(command.options, name));
    const { asker } = button;
    if (asker === undefined ? needsAsker : asker !== askerTagOf(person)) throw new UserError('questionNotYours');
  }
  if (isAnonymous && !command.impersonal) throw new UserError('anonymousAdmin');
  if (command.forModerators) await assertModerator(applicant);
  if (!command.unrestricted) await rights.assertWelcome(applicant);
}

async function assertModerator({ place, standing }: Applicant): Promise<void> {
  if (place.server === undefined) throw new UserError('adminNoServer');
  const { isModerator, isChannelModerator, isUnknown } = await standing();
  if (isUnknown) throw new UserError('moderatorsUnknown');
  if (!isModerator) throw new UserError(isChannelModerator ? 'moderatesChannelOnly' : 'moderatorsOnly');
}

function isForAsker(options: Options, name: string): boolean {
  return Object.hasOwn(options, name) && options[name]?.asked === true;
}
