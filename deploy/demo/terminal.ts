/** What the demo prints: one line that is rewritten on a terminal, a line for each tenth of the way elsewhere. */
import type { PageMessage } from '#src/platforms/web/render-reply.js';
import type { Turn } from './speaker.js';

const BAR_WIDTH = 24;

export interface Terminal {
  line(text: string): void;
  /** Replaced by whatever is printed next. */
  passing(text: string): void;
  said(text: string, photoCount: number): void;
  progress(message: PageMessage, seconds: number): void;
  answered(turn: Turn): void;
}

export function createTerminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
  const isLive = stream.isTTY === true;
  const clear = isLive ? '\r\x1b[K' : '';
  const colour = (code: number, text: string) =>
    isLive && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
  const line = (text: string) => void stream.write(`${clear}${text}\n`);
  let lastTenth = -1;
  return {
    line,
    passing(text) {
      if (isLive) stream.write(`${clear}${text.slice(0, stream.columns - 1)}`);
      else line(text);
    },
    said(text, photoCount) {
      lastTenth = -1;
      line('');
      line(`${colour(36, '›')} ${text}${photoCount > 0 ? colour(90, `  + ${photoCount} photos`) : ''}`);
    },
    progress({ text, progress }, seconds) {
      const words = text.split('\n')[0]!;
      if (isLive) {
        const rest = `${bar(progress ?? 0)} ${words}  ${seconds.toFixed(0)} s`;
        stream.write(`${clear}  ${rest.slice(0, Math.max(20, (stream.columns ?? 80) - 3))}`);
        return;
      }
      const tenth = progress === undefined ? -1 : Math.floor(progress * 10);
      if (tenth === lastTenth) return;
      lastTenth = tenth;
      line(`  ${words}`);
    },
    answered({ answers, pictures, seconds }) {
      const [first, ...others] = answers.map(({ text }) => text);
      const count = pictures.length;
      const drawn = count === 0 ? '' : `, ${count} picture${count === 1 ? '' : 's'}`;
      for (const words of (first ?? '').split('\n')) line(`${colour(32, '‹')} ${words}`);
      for (const words of others) line(`${colour(32, '‹')} ${words}`);
      line(colour(90, `  ${seconds.toFixed(1)} s${drawn}`));
    },
  };
}

function bar(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}
