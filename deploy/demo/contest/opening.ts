/** From the line that a moderator types to twelve entries that are accepted. */
import type { SeenMessage } from '#test/scenarios/chat.js';
import { cast, seed, theme, contestTitle as title } from './cast.js';
import type { Community, Member } from './community.js';
import { asks, sees } from './patience.js';
import type { ShownMessage } from './shown-message.js';
import { postIn, type Stage, sceneFor, sceneIn } from './stage.js';
import type { Chapter, Scene } from './story.js';

/** A contest is drafted, given two rules by buttons, started, and joined by the other community. */
export async function opens(stage: Stage): Promise<Chapter> {
  const { host, guest, buttons, says, texts } = stage;
  const line = `/host title: ${title} theme: ${theme} entries_for: 5d voting_for: 2d`;
  let draft = await asks(host.moderator.chat, line, says('contests.setup.title', { title }));
  const drafted = host.moderator.shown(draft);
  const setRule = async (rule: string, from: string, to: string) => {
    const labelOf = (choice: string) => buttons.ruleNow.replace('{rule}', rule).replace('{choice}', choice);
    await host.moderator.chat.clicks(draft, labelOf(from));
    const choices = await sees(host.moderator.chat, says('contests.setup.choose', { title, rule }));
    await host.moderator.chat.clicks(choices, to);
    draft = await sees(host.moderator.chat, ({ buttons: shown }) => shown.includes(labelOf(to)));
  };
  await setRule(texts.settings.page, texts.choices.no, texts.choices.yes);
  // Everybody on the emulated services has been there since a moment ago.
  await setRule(texts.settings.accountDays, '7', texts.choices.anyAccount);
  await host.moderator.chat.clicks(draft, buttons.startContest);
  await postIn(host, buttons.enter);
  const shared = await asks(host.moderator.chat, '/host share', says('commands.host.replies.shared', { title }));
  const code = /code:(\w{8})/.exec(shared.text)![1]!;
  await asks(guest.moderator.chat, `/host join code: ${code}`, says('commands.host.replies.joined', { title }));
  const posts = await Promise.all([host, guest].map((community) => postIn(community, buttons.enter)));
  return {
    title: 'One line opens it',
    words: `${host.moderator.name} types one line; what it does not say has defaults, each with a button. ${guest.moderator.name} brings in a second community, on another service, with a code.`,
    scenes: [
      sceneFor(host, host.moderator, [drafted], line),
      sceneIn(host, [host.moderator.shown(posts[0]!)]),
      sceneIn(guest, [guest.moderator.shown(posts[1]!)]),
    ],
  };
}

/** Each entrant draws a picture, presses 🏆 below it, and agrees; the host's moderator looks at each. */
export async function enters(stage: Stage): Promise<Chapter> {
  const { host, guest, buttons, says } = stage;
  const prompts = new Map<string, string>(
    [...cast.discord.entrants, ...cast.telegram.entrants].map(({ name, prompt }) => [name, prompt]),
  );
  const drawn = new Map<string, { readonly picture: ShownMessage; readonly question: ShownMessage }>();
  const enter = async (member: Member) => {
    const { name, chat } = member;
    const prompt = prompts.get(name);
    if (prompt === undefined) return;
    await chat.say(lineOf(prompt));
    const isDrawn = ({ text, pictureCount, buttons: shown }: SeenMessage) =>
      pictureCount > 0 && text.includes(prompt) && shown.includes(buttons.enter);
    const picture = await sees(chat, isDrawn);
    await chat.clicks(picture, buttons.enter);
    const isQuestion = says('contests.entries.question', { contest: title });
    const asked = await sees(chat, ({ text, pictureCount: count }) => count > 0 && isQuestion.test(text));
    drawn.set(name, { picture: member.shown(picture), question: member.shown(asked) });
    await chat.clicks(asked, buttons.agree);
    await sees(chat, says('commands.agree.replies.forReview', { contest: title }));
  };
  await Promise.all([host, guest].flatMap(({ members }) => members.map(enter)));
  const reviewed = await review(stage);
  return {
    title: 'Twelve people enter',
    words:
      'Each draws a picture where everybody is, presses 🏆 below it, and is asked first: where it will be seen, and that the name stays hidden until the results. Of entries from elsewhere moderators see how each came to be.',
    scenes: [enteringIn(host), enteringIn(guest), sceneFor(host, host.moderator, [reviewed])],
  };

  function enteringIn(community: Community): Scene {
    const { name } = community.members[0]!;
    const { picture, question } = drawn.get(name)!;
    return sceneIn(community, [picture, question], { by: name, line: lineOf(prompts.get(name)!) });
  }
}

const lineOf = (prompt: string) => `/imagine ${prompt} seed: ${seed}`;

/** @returns the first entry as moderators see it */
async function review({ host, buttons, says }: Stage): Promise<ShownMessage> {
  const { moderator } = host;
  const count = cast.discord.entrants.length + cast.telegram.entrants.length;
  const pageOf = (left: number) => (message: SeenMessage) =>
    message.buttons.includes(buttons.acceptEntry) &&
    says('contests.reviewing.title', { count: left }).test(message.text);
  let page = await asks(moderator.chat, '/host review', pageOf(count));
  const first = moderator.shown(page);
  for (let left = count - 1; left > 0; left -= 1) {
    await moderator.chat.clicks(page, buttons.acceptEntry);
    page = await sees(moderator.chat, pageOf(left));
  }
  await moderator.chat.clicks(page, buttons.acceptEntry);
  await sees(moderator.chat, says('contests.reviewing.none', { contest: title }));
  return first;
}
