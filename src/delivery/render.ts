import { type LocaleName, locales } from '#locales/index.js';
import { encodeAction } from '#src/core/action.js';
import { StorageFullError } from '#src/core/blob-store.js';
import { isRevealing, UserError } from '#src/core/errors.js';
import type { OfferedFile } from '#src/core/files.js';
import { type Text, text, translateWith } from '#src/core/locale.js';
import type { Person, PlatformName } from '#src/core/place.js';
import type { Button, OutgoingButton, Picture, Reply, Secrecy, ShownResult } from '#src/core/reply.js';
import { encodeStart } from '#src/core/start-link.js';
import type { OutgoingMessage } from '#src/platforms/platform.js';

export interface Telling {
  /** Whom it answers: an asker's buttons are theirs. */
  readonly asker: Person;
  readonly text: Text;
  readonly lines?: readonly Text[];
  readonly pictures?: readonly Picture[];
  readonly isSpoiler?: boolean | undefined;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OfferedFile[];
  readonly ephemeral?: Secrecy;
  readonly isNotice?: true;
  readonly elsewhere?: Reply['elsewhere'];
  readonly progress?: number;
  readonly thread?: { readonly name: string; readonly label: Text };
  readonly result?: ShownResult | undefined;
}

/** Data into words of one language. */
export function renderMessage(kind: OutgoingMessage['kind'], locale: LocaleName, telling: Telling): OutgoingMessage {
  const texts = locales[locale];
  return {
    kind,
    locale,
    text: [telling.text, ...(telling.lines ?? [])].map((line) => translateWith(texts, line)).join('\n'),
    ...(telling.pictures && {
      pictures: telling.pictures.map(({ alt, ...picture }) => ({ ...picture, alt: translateWith(texts, alt) })),
    }),
    ...(telling.pictures?.length && telling.isSpoiler && { isSpoiler: true }),
    ...(telling.buttons && { buttons: telling.buttons.map((button) => renderButton(locale, button, telling.asker)) }),
    ...(telling.progress !== undefined && { progress: telling.progress }),
    ...(telling.files && { files: telling.files }),
    ...(telling.ephemeral && { ephemeral: telling.ephemeral }),
    ...(telling.isNotice && { isNotice: true, ephemeral: true }),
    ...(telling.elsewhere && { start: encodeStart(telling.elsewhere) }),
    ...(telling.result && { result: telling.result }),
    ...(telling.thread && {
      thread: { name: telling.thread.name, label: translateWith(texts, telling.thread.label) },
    }),
  };
}

/** For everybody in a place: no button on it is one person's. */
export function renderForAll(
  platform: PlatformName,
  locale: LocaleName,
  telling: Omit<Telling, 'asker' | 'ephemeral'>,
): OutgoingMessage {
  return renderMessage('info', locale, { ...telling, asker: { platform, id: '', name: '' } });
}

export function renderButton(locale: LocaleName, button: Button, asker: Person): OutgoingButton {
  return {
    label: translateWith(locales[locale], { key: `buttons.${button.label}`, params: button.params ?? {} }),
    action: encodeAction(button, asker),
    ...(button.startsRow && { startsRow: true }),
  };
}

export function renderReply(locale: LocaleName, reply: Reply, asker: Person): OutgoingMessage {
  const waiting: readonly Button[] =
    reply.job === undefined
      ? []
      : [{ for: 'everybody', label: 'cancel', command: 'cancel', options: { job: reply.job } }];
  const buttons = [...(reply.buttons ?? []), ...waiting];
  return renderMessage(reply.job === undefined ? 'info' : 'status', locale, {
    ...reply,
    asker,
    ...(buttons.length > 0 && { buttons }),
  });
}

/** The sentence a person reads about an error; faults get a general one and are for the log. */
export function renderError(locale: LocaleName, error: unknown, asker: Person): OutgoingMessage {
  if (error instanceof UserError) {
    const ephemeral = isRevealing(error) || 'preferably';
    return renderMessage('error', locale, { asker, text: error.text, lines: error.details, ephemeral });
  }
  return renderMessage('error', locale, {
    asker,
    text: error instanceof StorageFullError ? text('errors.storageFull') : text('errors.fault'),
    ephemeral: 'preferably',
  });
}
