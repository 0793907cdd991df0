import { commands } from '#commands/index.js';
import { decodeLine } from '#src/platforms/decode-line.js';
import { incoming } from '#test/helpers/photos.js';
import {
  fits,
  type Matcher,
  type SayOptions,
  type ScenarioChat,
  type SeenMessage,
  seesWithin,
} from '#test/scenarios/chat.js';
import type { RegisteredCommand } from './commands.js';
import type { DiscordEmulator } from './discord-emulator.js';
import { resolvedParts, type Speaker, startInteraction, upload } from './interaction-payload.js';
import { firstAnswerWithinMs } from './interaction-rules.js';
import { attachmentJson, messageJson } from './messages.js';
import {
  allPermissions,
  guestPermissions,
  type Interaction,
  type Message,
  messageFlags,
  type PersonsMessage,
  type Role,
} from './state.js';

export interface DiscordChatOptions {
  readonly name?: string;
  /** Discord's own tag. */
  readonly locale?: string;
  /** Talk to the bot alone instead of in the server's channel. */
  readonly isPrivate?: boolean;
  /** In a group of people that the bot is no member of, but was taken along to. */
  readonly isElsewhere?: boolean;
  /** Without the right to open threads, or to remove others' messages. Everybody else is a moderator. */
  readonly isGuest?: boolean;
  /** May remove others' messages in this channel, and nowhere else. */
  readonly isChannelModerator?: boolean;
  readonly roles?: readonly Role[];
  /** Somebody who is there already. */
  readonly speaker?: Speaker;
  /** Somebody else's conversation, to speak in the same channel. */
  readonly with?: DiscordChat;
}

/** The values of options as a person gives them; photos fill the attachment options in order. */
export type GivenOptions = Readonly<Record<string, string | number | boolean>>;

const optionTypes = { string: 3, integer: 4, boolean: 5, user: 6, role: 8, number: 10, attachment: 11 };

/** A person in front of Discord: what they can do, and what they see. */
export class DiscordChat implements ScenarioChat {
  readonly personName: string;
  readonly speaker: Speaker;
  readonly #emulator: DiscordEmulator;

  constructor(emulator: DiscordEmulator, options: DiscordChatOptions = {}) {
    const { state, clock } = emulator;
    this.#emulator = emulator;
    this.personName = options.name ?? 'Anna';
    if (options.speaker) {
      this.speaker = options.speaker;
      return;
    }
    const user = {
      id: clock.newId(),
      username: this.personName.toLowerCase(),
      globalName: this.personName,
      isClosed: false,
    };
    state.users.set(user.id, user);
    const channel = options.with?.speaker.channel ?? {
      id: clock.newId(),
      ...(options.isElsewhere ? {} : options.isPrivate ? { recipientId: user.id } : { guildId: state.guildId }),
      canView: !options.isElsewhere,
      canSend: !options.isElsewhere,
      isDeleted: false,
    };
    state.channels.set(channel.id, channel);
    const roles = [
      ...(options.roles ?? []),
      ...(options.isGuest || options.isChannelModerator ? [] : [state.moderators]),
    ];
    if (channel.guildId !== undefined)
      state.memberRoles.set(
        user.id,
        roles.map(({ id }) => id),
      );
    this.speaker = {
      user,
      channel,
      locale: options.locale ?? 'en-US',
      ...(options.isElsewhere && { isElsewhere: true }),
      ...(options.isGuest && { permissions: guestPermissions }),
      roles,
    };
  }

  /** The same person in the thread on a message. */
  inThreadOn(message: SeenMessage): DiscordChat {
    const channel = this.#emulator.state.channels.get(message.id);
    if (!channel) throw new Error(`there is no thread on '${message.text}'`);
    return new DiscordChat(this.#emulator, { name: this.personName, speaker: { ...this.speaker, channel } });
  }

  get personId(): string {
    return this.speaker.user.id;
  }

  get channelId(): string {
    return this.speaker.channel.id;
  }

  /** What shows in the channel, and what shows to this person alone. */
  get visible(): readonly Message[] {
    return this.#emulator.state
      .messagesIn(this.channelId)
      .filter(
        ({ onlyFor, flags }) => (onlyFor ?? this.personId) === this.personId && (flags & messageFlags.loading) === 0,
      );
  }

  get messages(): readonly SeenMessage[] {
    return this.speaker.user.hasLeft ? [] : this.visible.map(seen);
  }

  /** The person goes away from the server, and sees nothing of it any more. */
  leaves(): void {
    this.speaker.user.hasLeft = true;
  }

  /** Whether something says “Petbooth is thinking…”. */
  get isThinking(): boolean {
    return this.#emulator.state.messagesIn(this.channelId).some(({ flags }) => (flags & messageFlags.loading) !== 0);
  }

  /** Messages in the private conversation with the bot. */
  get privateMessages(): readonly SeenMessage[] {
    const { channels } = this.#emulator.state;
    const channel = [...channels.values()].find(({ recipientId }) => recipientId === this.personId);
    return channel ? this.#emulator.state.messagesIn(channel.id).map(seen) : [];
  }

  async say(line: string, { photos = [], file, about }: SayOptions = {}): Promise<void> {
    const attached = file ? [...photos, file.bytes] : photos;
    const decoded = decodeLine(
      line,
      attached.map((bytes) => incoming(bytes)),
      commands,
    );
    if ('hint' in decoded) throw new Error(`'${line}' is no command`);
    const given = Object.entries(decoded.options).filter(([, value]) => typeof value === 'string');
    // Chosen from the list that Discord offers for an option of people.
    const person = about instanceof DiscordChat ? [['person', about.personId]] : [];
    await this.command(decoded.command, Object.fromEntries([...given, ...person]) as GivenOptions, {
      photos: attached,
    });
  }

  async takes(message: SeenMessage): Promise<Uint8Array> {
    return this.#messageOf(message).attachments[0]!.bytes;
  }

  sees(what: Matcher, timeoutMs?: number): Promise<SeenMessage> {
    return seesWithin(() => this.messages, what, timeoutMs);
  }

  async clicks(message: SeenMessage, label: string): Promise<void> {
    const button = this.#messageOf(message).buttons.find((candidate) => candidate.label === label);
    if (!button) throw new Error(`'${message.text}' has no button '${label}', but ${message.buttons.join(', ')}`);
    await this.press(message, button.customId);
  }

  async clicksAndSays(message: SeenMessage, label: string, words: string): Promise<void> {
    const { customId } = this.#messageOf(message).buttons.find((candidate) => candidate.label === label)!;
    const opened = await this.press(message, customId);
    const [field] = (opened.modal?.components ?? []) as readonly { readonly component: FormField }[];
    if (!field) throw new Error(`'${label}' opened no form`);
    await this.submits(opened, { [field.component.custom_id]: words });
  }

  /** A button by its id, which may be forged. */
  async press(message: SeenMessage, customId: string): Promise<Interaction> {
    const data = { component_type: 2, custom_id: customId, id: 1 };
    const started = startInteraction(this.#emulator, this.speaker, 'component', data, this.#messageOf(message));
    return this.#acknowledgement(started);
  }

  /** A slash command with its form filled in; the form refuses what Discord's own would refuse. */
  async command(
    name: string,
    options: GivenOptions = {},
    {
      photos = [],
      covered = [],
      isAwaited = true,
    }: {
      readonly photos?: readonly Uint8Array[];
      /** Those of the photos that nobody sees before they uncover them, by index. */
      readonly covered?: readonly number[];
      readonly isAwaited?: boolean;
    } = {},
  ): Promise<Interaction> {
    const registered = this.#registered(name, 1);
    const attachments = photos.map((bytes, index) =>
      upload(this.#emulator, this.channelId, bytes, {
        filename: `${covered.includes(index) ? 'SPOILER_' : ''}photo-${index + 1}.jpg`,
        contentType: 'image/jpeg',
      }),
    );
    const slots = registered.options.filter(({ type }) => type === optionTypes.attachment);
    if (attachments.length > slots.length) throw new Error(`/${name} takes ${slots.length} files`);
    const values = [
      ...Object.entries(options).map(([option, value]) => {
        const declared = registered.options.find((candidate) => candidate.name === option);
        if (!declared) throw new Error(`/${name} has no option '${option}'`);
        return { name: option, type: declared.type, value: asType(declared.type, value) };
      }),
      ...attachments.map(({ id }, index) => ({ name: slots[index]!.name, type: optionTypes.attachment, value: id })),
    ];
    const missing = registered.options.find(
      ({ required, name: option }) => required && !values.some((value) => value.name === option),
    );
    if (missing) throw new Error(`/${name} needs '${missing.name}'`);
    for (const { name: option, choices, min_value: min, max_value: max } of registered.options) {
      const value = values.find((candidate) => candidate.name === option)?.value;
      if (value === undefined) continue;
      if (choices?.length && !choices.some((choice) => choice.value === value))
        throw new Error(`'${value}' is no choice`);
      if (Number(value) < (min ?? Number.NEGATIVE_INFINITY) || Number(value) > (max ?? Number.POSITIVE_INFINITY))
        throw new Error(`${option} has to be ${min} to ${max}`);
    }
    const data = {
      id: registered.id,
      name,
      type: 1,
      ...(values.length > 0 && { options: values }),
      ...resolvedParts(
        this.#emulator,
        attachments,
        values
          .filter(({ type }) => type === optionTypes.user || type === optionTypes.role)
          .map(({ value }) => `${value}`),
      ),
    };
    const started = startInteraction(this.#emulator, this.speaker, 'command', data);
    return isAwaited ? this.#acknowledgement(started) : started;
  }

  /** A command that does not show here, as if Discord's own application had been tampered with. */
  async forges(name: string): Promise<Interaction> {
    const { id } = this.#emulator.state.commands.find((command) => command.name === name) as { readonly id: string };
    return this.#acknowledgement(startInteraction(this.#emulator, this.speaker, 'command', { id, name, type: 1 }));
  }

  /** A message of this person's own, which the bot does not hear of. */
  writes(
    content: string,
    files: readonly { readonly name: string; readonly type?: string; readonly bytes: Uint8Array }[] = [],
  ) {
    const attachments = files.map(({ name: filename, type: contentType, bytes }) =>
      upload(this.#emulator, this.channelId, bytes, { filename, contentType }),
    );
    return { id: this.#emulator.clock.newId(), content, attachments } satisfies PersonsMessage;
  }

  /** A command in the menu of a message, the bot's or a person's; named as the person sees it. */
  async chooses(
    label: string,
    message: SeenMessage | PersonsMessage,
    { isForwarded = false }: { readonly isForwarded?: boolean } = {},
  ): Promise<Interaction> {
    const registered = this.#offered(3).find(
      ({ name, name_localizations }) => (name_localizations?.[this.speaker.locale] ?? name) === label,
    );
    if (!registered) throw new Error(`the menu has no '${label}'`);
    const shown =
      'content' in message
        ? {
            id: message.id,
            type: 0,
            content: message.content,
            attachments: message.attachments.map((attachment) => attachmentJson(attachment, this.#emulator.cdn)),
            author: { id: this.personId, username: this.personName, discriminator: '0', avatar: null },
          }
        : messageJson(this.#emulator.state, this.#messageOf(message), this.#emulator.cdn);
    const { content: _, attachments: __, ...outside } = { content: '', attachments: [], ...shown };
    const target = isForwarded
      ? {
          ...outside,
          content: '',
          attachments: [],
          message_reference: { type: 1, channel_id: this.channelId, message_id: message.id },
          message_snapshots: [{ message: shown }],
        }
      : shown;
    const data = {
      id: registered.id,
      name: registered.name,
      type: 3,
      target_id: message.id,
      resolved: { messages: { [message.id]: target } },
    };
    return this.#acknowledgement(startInteraction(this.#emulator, this.speaker, 'message command', data));
  }

  /** The same event again, as after a resumed connection. */
  repeat(interaction: Interaction): void {
    if ('payload' in interaction)
      this.#emulator.gateway.dispatch('INTERACTION_CREATE', interaction.payload, this.speaker.channel.guildId);
  }

  /** What Discord offers while an option is being typed. */
  async completes(command: string, option: string, typed: string): Promise<readonly string[]> {
    const registered = this.#registered(command, 1);
    const declared = registered.options.find(({ name }) => name === option);
    if (!declared?.autocomplete) throw new Error(`/${command} ${option} has no autocomplete`);
    const started = startInteraction(this.#emulator, this.speaker, 'autocomplete', {
      id: registered.id,
      name: command,
      type: 1,
      options: [{ name: option, type: declared.type, value: typed, focused: true }],
    });
    return ((await this.#acknowledgement(started)).choices ?? []).map(({ name }) => name);
  }

  /** Fills and sends the form that answered a command. */
  async submits(
    { modal }: Interaction,
    fields: Readonly<Record<string, string>>,
    { photos = [] }: { readonly photos?: readonly Uint8Array[] } = {},
  ): Promise<Interaction> {
    if (!modal) throw new Error('no form was shown');
    const attachments = photos.map((bytes, index) =>
      upload(this.#emulator, this.channelId, bytes, {
        filename: `photo-${index + 1}.jpg`,
        contentType: 'image/jpeg',
      }),
    );
    const labels = modal.components as readonly { readonly component: FormField }[];
    const components = labels.map(({ component: field }) => {
      if (field.type === 3) {
        const chosen = fields[field.custom_id] ?? field.options?.find((option) => option.default)?.value;
        if (chosen === undefined || !field.options?.some(({ value }) => value === chosen))
          throw new Error(`'${chosen}' is not in the list of ${field.custom_id}`);
        return { type: 18, id: 1, component: { type: 3, id: 2, custom_id: field.custom_id, values: [chosen] } };
      }
      if (field.type !== 19)
        return {
          type: 18,
          id: 1,
          component: {
            type: field.type,
            id: 2,
            custom_id: field.custom_id,
            value: fields[field.custom_id] ?? field.value ?? '',
          },
        };
      if (photos.length < (field.min_values ?? 1) || photos.length > (field.max_values ?? 1))
        throw new Error(`the form takes ${field.min_values} to ${field.max_values} files`);
      return {
        type: 18,
        id: 1,
        component: { type: 19, id: 2, custom_id: field.custom_id, values: attachments.map(({ id }) => id) },
      };
    });
    const data = { custom_id: modal.custom_id, components, ...resolvedParts(this.#emulator, attachments) };
    return this.#acknowledgement(startInteraction(this.#emulator, this.speaker, 'modal', data));
  }

  /** Deletes a message, as a moderator does. */
  deletes(message: SeenMessage): void {
    this.#messageOf(message).isDeleted = true;
  }

  storedOf(message: SeenMessage): Message {
    return this.#messageOf(message);
  }

  last(what: Matcher): SeenMessage | undefined {
    return this.messages.findLast((message) => fits(what, message));
  }

  #messageOf({ id }: SeenMessage): Message {
    const message = this.#emulator.state.messages.get(id);
    if (!message) throw new Error(`there is no message ${id}`);
    return message;
  }

  #registered(name: string, type: number): RegisteredCommand {
    const registered = this.#emulator.state.commands as unknown as readonly RegisteredCommand[];
    if (!registered.some((command) => command.name === name && command.type === type))
      throw new Error(`'/${name}' is not registered`);
    const found = this.#offered(type).find((command) => command.name === name);
    if (!found) throw new Error(`'/${name}' does not show here`);
    return found;
  }

  /** What Discord shows here: by the place, and by how the bot came there. */
  #offered(type: number): readonly RegisteredCommand[] {
    const { channel, isElsewhere, permissions = allPermissions } = this.speaker;
    const isPermitted = (needed: string) => (BigInt(permissions) & BigInt(needed)) === BigInt(needed);
    const context = isElsewhere ? 2 : channel.guildId === undefined ? 1 : 0;
    const registered = this.#emulator.state.commands as unknown as readonly RegisteredCommand[];
    return registered.filter(
      (command) =>
        command.type === type &&
        (command.contexts?.includes(context) ?? true) &&
        isPermitted(command.default_member_permissions ?? '0') &&
        (command.integration_types ?? [0]).includes(isElsewhere ? 1 : 0),
    );
  }

  async #acknowledgement<Started extends Interaction & { readonly acknowledged: Promise<void> }>(
    started: Started,
  ): Promise<Started> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('The application did not respond')), firstAnswerWithinMs);
    });
    await Promise.race([started.acknowledged, late]).finally(() => clearTimeout(timer));
    return started;
  }
}

interface FormField {
  readonly type: number;
  readonly custom_id: string;
  readonly value?: string;
  readonly options?: readonly { readonly value: string; readonly default?: boolean }[];
  readonly min_values?: number;
  readonly max_values?: number;
}

function asType(type: number, value: string | number | boolean): string | number | boolean {
  switch (type) {
    case optionTypes.integer:
      if (!Number.isInteger(Number(value))) throw new Error(`'${value}' is no whole number`);
      return Number(value);
    case optionTypes.number:
      return Number(value);
    case optionTypes.boolean:
      return value === true || value === 'true';
    default:
      return String(value);
  }
}

function seen({ id, content, attachments, buttons }: Message): SeenMessage {
  return {
    id,
    // What Discord draws for an escaped character is the character.
    text: content.replace(/\\([^\p{L}\p{N}\s])/gu, '$1'),
    ...(content.includes('▓') && { hasProgress: true }),
    pictureCount: attachments.length,
    ...(attachments.some(({ filename }) => filename.startsWith('SPOILER_')) && { isHidden: true }),
    buttons: buttons.map(({ label }) => label),
  };
}
