/** Twenty ballots. */
import { Ballot } from './ballots.js';
import { alike, cast, disqualified, voterOnPage } from './cast.js';
import type { Community, Member } from './community.js';
import { sees } from './patience.js';
import { planMarks } from './plan-marks.js';
import { postIn, type Stage, sceneFor, sceneIn } from './stage.js';
import type { Chapter } from './story.js';
import { voteOnTelephone } from './telephone.js';

export interface Voted {
  readonly chapter: Chapter;
  /** Of the entry that most like best. */
  readonly firstNumber: number;
}

interface OpenBallot {
  readonly voter: Member;
  readonly ballot: Ballot;
  readonly numbers: readonly number[];
}

const entryCount = cast.discord.entrants.length + cast.telegram.entrants.length;

export async function votes(stage: Stage): Promise<Voted> {
  const { host, guest, buttons } = stage;
  const opened = (await Promise.all(stage.communities.map((community) => openBallots(community, buttons.vote)))).flat();
  const ownOf = ({ numbers }: OpenBallot) => {
    const missing = Array.from({ length: entryCount }, (_, index) => index + 1).filter((n) => !numbers.includes(n));
    return missing[0];
  };
  const numberOf = (name: string) => ownOf(opened.find(({ voter }) => voter.name === name)!)!;
  const firstNumber = numberOf(disqualified.name);
  const marks = planMarks(
    opened.map((open) => ({ name: open.voter.name, own: ownOf(open) })),
    { first: firstNumber, alike: [numberOf(alike[0]), numberOf(alike[1])] },
    entryCount,
  );
  let telephone: Chapter['telephone'];
  for (const { voter, ballot } of opened) {
    const chosen = marks.get(voter.name)!;
    const picture =
      voter.name === voterOnPage ? await voteOnTelephone(await linkToPage(stage, voter, ballot), chosen) : undefined;
    if (picture) telephone = { picture, alt: `The ballot of ${voter.name} on a telephone` };
    else await ballot.mark(chosen);
  }
  const ballotIn = (community: Community) => {
    const { voter, ballot } = opened.find((open) => open.voter === community.members[0])!;
    return sceneFor(community, voter, [voter.shownAlone(ballot.seen)]);
  };
  return {
    firstNumber,
    chapter: {
      title: 'Twenty people vote',
      words: `In private, each with the entries in an order of their own, and without their own one. Every press is saved, and nobody sees a count before the end.${telephone ? ` ${voterOnPage} follows a personal link to the page.` : ''}`,
      scenes: [
        sceneIn(host, host.posts().slice(-1)),
        sceneIn(guest, guest.posts().slice(-2)),
        ...stage.communities.map(ballotIn),
      ],
      ...(telephone && { telephone }),
    },
  };
}

async function openBallots(community: Community, label: string): Promise<OpenBallot[]> {
  const post = await postIn(community, label);
  const opened: OpenBallot[] = [];
  // One after the other, as each is a picture to be put together.
  for (const voter of community.members) {
    const ballot = await Ballot.open(voter, post, label);
    opened.push({ voter, ballot, numbers: await ballot.numbers() });
  }
  return opened;
}

/** Signs one browser in as this voter, for this contest alone. */
async function linkToPage({ buttons }: Stage, { alone }: Member, { seen }: Ballot): Promise<string> {
  await alone.clicks(seen, buttons.ballotPage);
  const link = /http:\/\/localhost:\d{4,5}\/b\/[\w-]{22}/;
  const told = await sees(alone, ({ text }) => link.test(text));
  return link.exec(told.text)![0];
}
