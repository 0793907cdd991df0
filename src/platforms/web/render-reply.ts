import { defaultLocale } from '#locales/index.js';
import { withInstantsInWords } from '#src/core/instants.js';
import type { OutgoingButton } from '#src/core/reply.js';
import type { OutgoingMessage } from '../platform.js';
import type { ChatMessage } from './transcripts.js';

/** A message as the page draws it. */
export interface PageMessage {
  readonly id: string;
  readonly author: 'person' | 'bot';
  readonly sentAt: number;
  readonly kind: OutgoingMessage['kind'];
  readonly text: string;
  readonly photoCount?: number;
  /** Which of the page's own requests this is, so that it can put its thumbnails there. */
  readonly event?: string;
  readonly pictures?: readonly { readonly src: string; readonly alt: string }[];
  /** The pictures are blurred until somebody clicks them. */
  readonly isSpoiler?: boolean;
  readonly files?: readonly { readonly src: string; readonly name: string }[];
  readonly buttons?: readonly OutgoingButton[];
  readonly progress?: number;
  /** Heights 0…1 of a small curve, e.g. of the loss. */
  readonly trend?: readonly number[];
}

export function renderMessage(chat: ChatMessage): PageMessage {
  const { id, author, sentAt } = chat;
  if (chat.author === 'person') {
    return {
      id,
      author,
      sentAt,
      kind: 'info',
      text: chat.text,
      photoCount: chat.photoCount,
      event: chat.key.replace(/^event:/, ''),
    };
  }
  const { kind, locale = defaultLocale, pictures, isSpoiler, files, buttons, progress } = chat.message;
  const text = withInstantsInWords(chat.message.text, locale);
  const hasProgress = progress !== undefined;
  const { words, trend } = hasProgress ? splitDrawings(text) : { words: text, trend: undefined };
  return {
    id,
    author,
    sentAt,
    kind,
    text: words,
    ...(pictures?.length && { pictures: pictures.map(({ blob, alt }) => ({ src: `/pictures/${blob}`, alt })) }),
    ...(isSpoiler && { isSpoiler }),
    ...(files?.length && { files: files.map(({ blob, name }) => ({ src: `/files/${blob}`, name })) }),
    ...(buttons?.length && { buttons }),
    ...(hasProgress && { progress: Math.min(1, Math.max(0, progress)) }),
    ...(trend && { trend }),
  };
}

const curveGlyphs = '▁▂▃▄▅▆▇█';

/** Other chats can only show letters, so bar and curve come as block characters; a page draws its own. */
export function splitDrawings(text: string): { words: string; trend?: readonly number[] } {
  const withoutBar = text.replace(/^[█▉▊▋▌▍▎▏▓▒░▰▱■□●○·\s]{4,}/u, '');
  const curve = /[▁▂▃▄▅▆▇█]{2,}/u.exec(withoutBar);
  if (!curve) return { words: withoutBar };
  const trend = [...curve[0]].map((glyph) => curveGlyphs.indexOf(glyph) / (curveGlyphs.length - 1));
  const before = withoutBar.slice(0, curve.index).trimEnd();
  const after = withoutBar.slice(curve.index + curve[0].length).trimStart();
  return { words: `${before} ${after}`.trim(), trend };
}
