import type { Clock } from './clock.js';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly globalName: string;
  /** Refuses private messages of the bot. */
  isClosed: boolean;
  hasLeft?: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  /** In the whole server; none unless it says so. */
  readonly permissions?: string;
}

export interface Channel {
  readonly id: string;
  readonly guildId?: string;
  /** Of a thread: the channel that it belongs to. */
  readonly parentId?: string;
  readonly name?: string;
  /** Of a private conversation with the bot. */
  readonly recipientId?: string;
  /** What the bot may do there. */
  canView: boolean;
  canSend: boolean;
  /** Discord asks for people's age before it lets them in. */
  isAgeRestricted?: boolean;
  /** The bot may not open threads. */
  refusesThreads?: boolean;
  isDeleted: boolean;
}

export interface Button {
  readonly label: string;
  readonly customId: string;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly description: string | undefined;
  /** What Discord says of it, where it says anything. */
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
  readonly isEphemeral: boolean;
  readonly channelId: string;
  expiresAt: number;
}

export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly createdAt: number;
  content: string;
  components: readonly unknown[];
  buttons: readonly Button[];
  attachments: readonly Attachment[];
  flags: number;
  readonly nonce?: string;
  /** Sees it alone. */
  readonly onlyFor?: string;
  readonly interactionId?: string;
  editedAt: number | undefined;
  editCount: number;
  isDeleted: boolean;
  /** Every text and number of pictures that it showed. */
  readonly history: { readonly content: string; readonly pictureCount: number; readonly at: number }[];
}

/** A message of a person, which the bot sees only where somebody points it out. */
export interface PersonsMessage {
  readonly id: string;
  readonly content: string;
  readonly attachments: readonly Attachment[];
}

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly kind: 'command' | 'autocomplete' | 'component' | 'modal' | 'message command';
  readonly userId: string;
  readonly channelId: string;
  readonly createdAt: number;
  /** The message with the button. */
  readonly sourceMessageId?: string;
  isAcknowledged: boolean;
  acknowledgedAfterMs?: number;
  /** The message that answers it. */
  originalId?: string;
  choices?: readonly { readonly name: string; readonly value: unknown }[];
  modal?: { readonly custom_id: string; readonly title: string; readonly components: readonly unknown[] };
  onAcknowledged: () => void;
}

export const allPermissions = '2147483647';
/** To write, and nothing that moderators do. */
export const guestPermissions = '2048';

export const messageFlags = { suppressEmbeds: 4, ephemeral: 64, loading: 128 };

/** All that Discord remembers. */
export class DiscordState {
  readonly applicationId: string;
  readonly botUser: { readonly id: string; readonly username: string };
  readonly guildId: string;
  ownerId = '1';
  /** Whoever has it may do everything everywhere. */
  readonly moderators: Role;
  readonly users = new Map<string, User>();
  readonly roles = new Map<string, Role>();
  /** Ids of the roles that each member of the server has, by the person's. */
  readonly memberRoles = new Map<string, readonly string[]>();
  /** Whether the bot may give and take roles. */
  canManageRoles = true;
  readonly channels = new Map<string, Channel>();
  readonly messages = new Map<string, Message>();
  readonly interactions = new Map<string, Interaction>();
  readonly #interactionsByToken = new Map<string, Interaction>();
  readonly attachments = new Map<string, Attachment>();
  /** Registered commands, as sent. */
  commands: readonly Record<string, unknown>[] = [];
  /** Of one server alone, by its id. */
  readonly guildCommands = new Map<string, readonly Record<string, unknown>[]>();

  constructor(clock: Clock) {
    this.applicationId = clock.newId();
    this.botUser = { id: this.applicationId, username: 'Petbooth' };
    this.guildId = clock.newId();
    this.moderators = { id: clock.newId(), name: 'Moderators', permissions: allPermissions };
    this.roles.set(this.moderators.id, this.moderators);
  }

  addInteraction(interaction: Interaction): void {
    this.interactions.set(interaction.id, interaction);
    this.#interactionsByToken.set(interaction.token, interaction);
  }

  interactionByToken(token: string): Interaction | undefined {
    return this.#interactionsByToken.get(token);
  }

  /** Oldest first, without deleted ones. */
  messagesIn(channelId: string): Message[] {
    return [...this.messages.values()]
      .filter((message) => message.channelId === channelId && !message.isDeleted)
      .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  }
}
