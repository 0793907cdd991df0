import type { Command } from '#src/command/define-command.js';
import { adjust } from './adjust.js';
import { admin } from './admin.js';
import { again } from './again.js';
import { agree } from './agree.js';
import { ballot } from './ballot.js';
import { cancel } from './cancel.js';
import { choose } from './choose.js';
import { coach } from './coach.js';
import { contest } from './contest.js';
import { correct } from './correct.js';
import { decide } from './decide.js';
import { done } from './done.js';
import { duel } from './duel.js';
import { edit } from './edit.js';
import { enter } from './enter.js';
import { help } from './help.js';
import { host } from './host.js';
import { imagine } from './imagine.js';
import { importPet } from './import.js';
import { info } from './info.js';
import { mark } from './mark.js';
import { mydata } from './mydata.js';
import { page } from './page.js';
import { pets } from './pets.js';
import { pick } from './pick.js';
import { queue } from './queue.js';
import { rank } from './rank.js';
import { remind } from './remind.js';
import { remove } from './remove.js';
import { report } from './report.js';
import { rules } from './rules.js';
import { settings } from './settings.js';
import { setup } from './setup.js';
import { star } from './star.js';
import { start } from './start.js';
import { train } from './train.js';
import { uncover } from './uncover.js';
import { undo } from './undo.js';
import { upscale } from './upscale.js';
import { vary } from './vary.js';

/** Every command, in the order in which help shows them; those that only buttons run come last. */
export const commands: readonly Command[] = [
  train,
  imagine,
  edit,
  correct,
  again,
  vary,
  pets,
  importPet,
  contest,
  queue,
  cancel,
  settings,
  mydata,
  admin,
  host,
  help,
  start,
  coach,
  choose,
  info,
  pick,
  upscale,
  adjust,
  undo,
  remove,
  uncover,
  report,
  enter,
  agree,
  ballot,
  mark,
  star,
  rank,
  duel,
  done,
  setup,
  remind,
  rules,
  page,
  decide,
];
