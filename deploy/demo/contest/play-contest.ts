/** A contest in two communities, from its first line to what is left of it, played on emulated Discord and Telegram. */
import type { LocaleName } from '#locales/index.js';
import { startBotForCommunities } from './bot-for-communities.js';
import { cast, contestTitle } from './cast.js';
import { enters, opens } from './opening.js';
import { disqualifies, exports, seesResult } from './results.js';
import { endPhase, setStage } from './stage.js';
import type { ContestStory } from './story.js';
import { votes } from './voting.js';

export interface ContestOptions {
  readonly language: LocaleName;
  readonly logPath: string;
  /** Rejects when somebody does not want to wait any longer. */
  readonly interrupted: Promise<never>;
  /** What happens now, for whoever waits. */
  readonly onStep: (words: string) => void;
}

export async function playContest({ language, logPath, interrupted, onStep }: ContestOptions): Promise<ContestStory> {
  const startedAt = performance.now();
  const bot = await startBotForCommunities(logPath);
  const play = async (): Promise<ContestStory> => {
    const stage = setStage(bot, language);
    onStep('A moderator drafts a contest with one line, and another community joins it.');
    const opening = await opens(stage);
    const { discord, telegram } = cast;
    const entryCount = discord.entrants.length + telegram.entrants.length;
    const voterCount = entryCount + discord.voters.length + telegram.voters.length;
    onStep(`${entryCount} people draw a picture each, and enter it.`);
    const entering = await enters(stage);
    await endPhase(stage);
    onStep(`${voterCount} people vote.`);
    const { chapter: voting, firstNumber } = await votes(stage);
    await endPhase(stage);
    onStep('The result comes; the winner is disqualified, and the result corrected.');
    const result = await seesResult(stage);
    const correction = await disqualifies(stage, firstNumber);
    const { chapter: exported, results, archive } = await exports(stage);
    return {
      title: contestTitle,
      chapters: [opening, entering, voting, result, correction, exported],
      results,
      archive,
      entryCount,
      voterCount,
      seconds: (performance.now() - startedAt) / 1000,
    };
  };
  try {
    const story = await Promise.race([play(), interrupted]);
    const [refusal] = [...bot.discord.violations, ...bot.telegram.violations];
    if (refusal !== undefined) throw new Error(`a service would not have taken this: ${refusal}`);
    return story;
  } finally {
    await bot.stop();
  }
}
