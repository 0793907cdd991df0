import { type Text, text } from '#src/core/locale.js';
import type { Button } from '#src/core/reply.js';
import type { Contest } from './contest.js';
import type { ContestTelling } from './contest-telling.js';
import { choiceName, ruleName } from './rule-names.js';
import { choicesFor, chosenOf, type RuleName, rulesThatApply } from './rule-settings.js';
import { rulesOf } from './rules-telling.js';
import { stateName } from './state-names.js';

/** A contest as its moderators see it before it has entries: all rules, and a button for each that has a usual value. */
export function setupOf(contest: Contest): ContestTelling {
  const { id, title, theme, zone, state, rules } = contest;
  const isDraft = state === 'draft';
  return {
    text: text('contests.setup.title', { title, id, state: stateName(state) }),
    lines: [
      ...(theme === undefined ? [] : [text('contests.posts.theme', { theme })]),
      ...rulesOf(contest),
      zone === 'UTC' ? text('contests.setup.noZone', { id }) : text('contests.setup.zone', { zone }),
    ],
    buttons: [
      ...(isDraft ? [buttonOf('startContest', { c: id, start: true })] : []),
      ...rulesThatApply(rules).map((name) =>
        buttonOf('ruleNow', { c: id, rule: name }, { rule: ruleName(name), choice: nowOf(name, contest) }),
      ),
    ],
  };
}

/** What one of its rules may be. */
export function choicesOf(contest: Contest, name: RuleName): ContestTelling {
  const { id, title, rules } = contest;
  const chosen = chosenOf(name, rules);
  return {
    text: text('contests.setup.choose', { title, rule: ruleName(name) }),
    buttons: [
      ...choicesFor(name, rules).map((value) =>
        buttonOf(
          value === chosen ? 'ruleChosen' : 'ruleChoice',
          { c: id, rule: name, to: value },
          { choice: choiceName(name, value) },
        ),
      ),
      buttonOf('back', { c: id }),
    ],
  };
}

/** A role has no button of its own: it is named where the contest is typed. */
function nowOf(name: RuleName, { rules }: Contest): Text | string {
  if (name === 'voters' && rules.voters === 'role') return rules.role?.name ?? '';
  return choiceName(name, chosenOf(name, rules));
}

function buttonOf(label: Button['label'], options: Button['options'], params: Text['params'] = {}): Button {
  return { for: 'everybody', label, params, command: 'setup', options };
}
