import { ComponentType } from 'discord.js';
import { normalised } from '#src/core/clean-words.js';
import type { IncomingImage } from '#src/core/files.js';
import type { Bot, CommandDescription, IncomingCommand } from '../platform.js';
import type { DecodedInteraction } from './decode-interaction.js';
import { maxPhotoOptions } from './encode-commands.js';
import { encodeField, encodeFormId, encodeLabel } from './encode-form.js';
import type { DiscordTextKey } from './texts.js';

type Menu = DecodedInteraction & { readonly kind: 'menu' };
type Form = DecodedInteraction & { readonly kind: 'form' };
type DescribedOption = CommandDescription['options'][number];

interface Refusal {
  readonly refusal: DiscordTextKey;
}

type FirstFields = { readonly fields: readonly object[] } | Refusal;

interface OpenedForm {
  readonly personId: string;
  readonly command: string;
  readonly option: string;
  readonly images: readonly IncomingImage[];
  readonly at: number;
}

const maxOpened = 1000;
const maxChoices = 25;
const maxChoiceLength = 100;
/** Longer than anybody leaves a form open; the links to the photos work for a day. */
const openForMs = 3600_000;

/**
 * Commands on a message: the message gives photos, or names a pet, and a form asks for the rest. What the message gave is kept in
 * memory until the form comes back, because a form carries no files and a bot without a privileged intent cannot read the message.
 */
export class MessageMenus {
  readonly #bot: Bot;
  readonly #now: () => number;
  readonly #opened = new Map<string, OpenedForm>();

  constructor(bot: Bot, now: () => number) {
    this.#bot = bot;
    this.#now = now;
  }

  /** @returns undefined where there is no such command, e.g. because it was renamed */
  async open(chosen: Menu): Promise<{ readonly form: object } | Refusal | undefined> {
    const name = this.#bot.commands.find(
      (command) => this.#bot.describe(command.name).menu?.title === chosen.title,
    )?.name;
    if (name === undefined) return undefined;
    const locale = await this.#bot.localeOf(chosen.person, chosen.language).catch(() => chosen.language);
    const described = this.#bot.describe(name, locale);
    const { title, fills, asks } = described.menu!;
    const optionOf = (wanted: string) => described.options.find((option) => option.name === wanted)!;
    const filled = optionOf(fills);
    const first = await this.#firstFields(name, filled, chosen);
    if ('refusal' in first) return first;
    const images =
      filled.kind === 'pet' ? [] : chosen.images.slice(0, filled.kind === 'image' ? maxChoices : filled.max);
    this.#remember(chosen.id, { personId: chosen.person.id, command: name, option: fills, images, at: this.#now() });
    const asked = asks.map((wanted) => encodeField({ ...optionOf(wanted), required: true }));
    return {
      form: {
        custom_id: encodeFormId(name, chosen.id),
        title: title.slice(0, 45),
        components: [...first.fields, ...asked],
      },
    };
  }

  /** Adds what the message gave. */
  complete({ command, opened, options, person }: Form): Pick<IncomingCommand, 'options'> | Refusal {
    if (opened === undefined) return { options };
    const known = this.#opened.get(opened);
    const isTheirs = known?.personId === person.id && known.command === command;
    if (!known || !isTheirs || this.#now() - known.at > openForMs) return { refusal: 'menuForgotten' };
    if (known.images.length === 0) return { options };
    const added = options[known.option];
    if (this.#isOnePhoto(known)) {
      const one = known.images[Number(added ?? 1) - 1];
      return { options: { ...options, [known.option]: one ? [one] : [] } };
    }
    return { options: { ...options, [known.option]: [...known.images, ...(Array.isArray(added) ? added : [])] } };
  }

  #isOnePhoto({ command, option }: OpenedForm): boolean {
    const declared = this.#bot.commands.find(({ name }) => name === command);
    return declared?.options[option]?.kind === 'image';
  }

  #firstFields(command: string, option: DescribedOption, chosen: Menu): FirstFields | Promise<FirstFields> {
    if (option.kind === 'images') return lackingPhotos(option, chosen.images);
    return option.kind === 'image' ? choiceOfPhoto(option, chosen.images) : this.#choiceOfPet(command, option, chosen);
  }

  async #choiceOfPet(command: string, option: DescribedOption, { person, place, text }: Menu): Promise<FirstFields> {
    const suggested = await this.#bot.complete({ person, place, command, option: option.name, typed: '' });
    const names = suggested.map(({ value }) => value);
    if (names.length === 0) return { refusal: 'menuNoPets' };
    const named = names.toSorted((one, other) => other.length - one.length).find((name) => isNamedIn(text, name));
    const select = {
      type: ComponentType.StringSelect,
      custom_id: option.name,
      required: true,
      options: names.map((name) => ({ label: name, value: name, ...(name === named && { default: true }) })),
    };
    return { fields: [encodeLabel(option, select)] };
  }

  #remember(id: string, form: OpenedForm): void {
    this.#opened.set(id, form);
    if (this.#opened.size > maxOpened) this.#opened.delete(this.#opened.keys().next().value!);
  }
}

/** A field for those that are still missing; none where there are enough. */
function lackingPhotos(option: DescribedOption, images: readonly IncomingImage[]): FirstFields {
  if (images.length === 0) return { refusal: 'menuNoPhotos' };
  const { min = 1, max = maxPhotoOptions } = option;
  if (images.length >= min) return { fields: [] };
  const missing = { ...option, required: true, min: min - images.length, max: max - images.length };
  return { fields: [encodeField(missing)] };
}

/** A list, where the message has more than one. */
function choiceOfPhoto(option: DescribedOption, images: readonly IncomingImage[]): FirstFields {
  if (images.length === 0) return { refusal: 'menuNoPhotos' };
  if (images.length === 1) return { fields: [] };
  const options = images.slice(0, maxChoices).map(({ name }, index) => ({
    label: `${index + 1}. ${name}`.slice(0, maxChoiceLength),
    value: String(index + 1),
  }));
  const select = { type: ComponentType.StringSelect, custom_id: option.name, required: true, options };
  return { fields: [encodeLabel(option, select)] };
}

/** As a word of its own. Discord shows a backslash before what would be markup. */
function isNamedIn(text: string, name: string): boolean {
  const fold = (words: string) => normalised(words.replaceAll('\\', '')).toLowerCase().replaceAll('’', "'");
  const words = fold(text);
  const wanted = fold(name);
  const isLetter = (character: string | undefined) => character !== undefined && /[\p{L}\p{M}\p{N}]/u.test(character);
  for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + 1)) {
    if (!isLetter(words[at - 1]) && !isLetter(words[at + wanted.length])) return true;
  }
  return false;
}
