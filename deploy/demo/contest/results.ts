/** The result, its correction, and what moderators take along. */
import { unzipSync } from 'fflate';
import { disqualified, contestTitle as title } from './cast.js';
import { asks, sees } from './patience.js';
import { type Stage, sceneFor, sceneIn } from './stage.js';
import type { Chapter, ContestStory } from './story.js';

export async function seesResult(stage: Stage): Promise<Chapter> {
  return {
    title: 'The result',
    words:
      'At its time, once, in every community. Who is equal in all that counts shares a rank, and names and titles are told now.',
    scenes: await announcedIn(stage, 'published'),
  };
}

/** The entry that won goes out, and the result is counted again. */
export async function disqualifies(stage: Stage, number: number): Promise<Chapter> {
  const { host, says } = stage;
  const line = `/host disqualify number: ${number} reason: ${disqualified.reason}`;
  const told = await asks(host.moderator.chat, line, says('contests.reviewing.disqualified', { number }));
  return {
    title: 'The correction',
    words: `${host.moderator.name} takes the winner out, with a reason that ${disqualified.name} is told. Its marks count for nothing now; the two behind it are a tie, and win together.`,
    scenes: [
      sceneFor(host, host.moderator, [host.moderator.shown(told)], line),
      ...(await announcedIn(stage, 'corrected')),
    ],
  };
}

async function announcedIn({ communities, says }: Stage, key: 'published' | 'corrected') {
  return Promise.all(
    communities.map(async (community) => {
      const { moderator } = community;
      const isTold = says(`contests.posts.${key}`, { title });
      // On Telegram words come first, and the picture is put in.
      const message = await sees(moderator.chat, ({ text, pictureCount }) => pictureCount > 0 && isTold.test(text));
      return sceneIn(community, [moderator.shown(message)]);
    }),
  );
}

/** Of a table in which nobody's name holds a comma. */
const rowsOf = (table: string) =>
  table
    .trim()
    .split('\r\n')
    .map((row) => row.split(','));

type Exported = Pick<ContestStory, 'results' | 'archive'> & { readonly chapter: Chapter };

export async function exports({ host, says }: Stage): Promise<Exported> {
  const { moderator } = host;
  const line = '/host export';
  const isArchive = says('commands.host.replies.exported', { title });
  const told = await asks(moderator.chat, line, ({ text, pictureCount }) => pictureCount > 0 && isArchive.test(text));
  const files = unzipSync(await moderator.chat.takes(told));
  const table = new TextDecoder().decode(files['results.csv']);
  return {
    chapter: {
      title: 'What moderators take along',
      words: 'The result as a table, the entries, the rules with the times of everything, and the pictures by number.',
      scenes: [sceneFor(host, moderator, [moderator.shown(told)], line)],
    },
    results: rowsOf(table),
    archive: Object.keys(files).toSorted(),
  };
}
