import {
  alreadyAcknowledged,
  invalidForm,
  invalidWebhookToken,
  unknownChannel,
  unknownInteraction,
  unknownMessage,
  unknownWebhook,
} from './api-error.js';
import { createMessage, type MessageBody, type MessageWriter, writeMessage } from './messages.js';
import type { UploadedFile } from './read-request.js';
import { type Interaction, type Message, messageFlags } from './state.js';

export const firstAnswerWithinMs = 3000;
export const tokenLifeMs = 15 * 60_000;

export interface CallbackBody {
  readonly type: number;
  readonly data?: MessageBody & {
    readonly choices?: Interaction['choices'];
    readonly custom_id?: string;
    readonly title?: string;
  };
}

const allowedTypes: Record<Interaction['kind'], readonly number[]> = {
  command: [4, 5, 9],
  'message command': [4, 5, 9],
  component: [4, 5, 6, 7, 9],
  modal: [4, 5, 6, 7],
  autocomplete: [8],
};

/** The first answer: within three seconds, once, and of a type that fits. */
export function answerInteraction(
  writer: MessageWriter,
  interaction: Interaction | undefined,
  token: string,
  { type, data = {} }: CallbackBody,
  files: readonly UploadedFile[],
  maxFileBytes: number,
): void {
  const { state, clock } = writer;
  if (!interaction || interaction.token !== token) throw unknownInteraction();
  const afterMs = clock.now() - interaction.createdAt;
  if (!interaction.isAcknowledged && afterMs > firstAnswerWithinMs) throw unknownInteraction();
  if (interaction.isAcknowledged) throw alreadyAcknowledged();
  if (!allowedTypes[interaction.kind].includes(type))
    throw invalidForm('type', `Type ${type} does not answer an interaction of kind '${interaction.kind}'`);
  const flags = (data.flags ?? 0) & messageFlags.ephemeral;
  const create = (extra: number) =>
    createMessage(writer, interaction.channelId, data, files, {
      flags: flags | extra,
      interactionId: interaction.id,
      maxFileBytes,
      ...(flags !== 0 && { onlyFor: interaction.userId }),
    });
  if (type === 4) interaction.originalId = create(0).id;
  if (type === 5) {
    if ((data.flags ?? 0) !== flags) throw invalidForm('data.flags', 'Only EPHEMERAL can be set while deferring');
    interaction.originalId = create(messageFlags.loading).id;
  }
  if (type === 6 || type === 7) {
    const source = state.messages.get(interaction.sourceMessageId ?? '');
    if (!source || source.isDeleted) throw unknownMessage();
    interaction.originalId = source.id;
    if (type === 7) writeMessage(writer, source, data, files, maxFileBytes);
  }
  if (type === 8) interaction.choices = data.choices ?? [];
  if (type === 9) interaction.modal = data as NonNullable<Interaction['modal']>;
  interaction.isAcknowledged = true;
  interaction.acknowledgedAfterMs = afterMs;
  interaction.onAcknowledged();
}

/** The interaction behind a webhook address, while its token lives. */
export function interactionOf(writer: MessageWriter, applicationId: string, token: string): Interaction {
  const interaction = writer.state.interactionByToken(token);
  if (!interaction || applicationId !== writer.state.applicationId) throw unknownWebhook();
  if (writer.clock.now() - interaction.createdAt > tokenLifeMs) throw invalidWebhookToken();
  if (!interaction.isAcknowledged) throw unknownWebhook();
  // Its messages went with it.
  if (writer.state.channels.get(interaction.channelId)?.isDeleted) throw unknownChannel();
  return interaction;
}

export function originalOf(writer: MessageWriter, interaction: Interaction): Message {
  const message = writer.state.messages.get(interaction.originalId ?? '');
  if (!message || message.isDeleted) throw unknownMessage();
  return message;
}

/** Right after a deferral this still fills the deferred message, as Discord has done for long. */
export function followUp(
  writer: MessageWriter,
  interaction: Interaction,
  body: MessageBody,
  files: readonly UploadedFile[],
  maxFileBytes: number,
): Message {
  const original = writer.state.messages.get(interaction.originalId ?? '');
  if (original && !original.isDeleted && (original.flags & messageFlags.loading) !== 0) {
    writeMessage(writer, original, body, files, maxFileBytes);
    return original;
  }
  const flags = (body.flags ?? 0) & messageFlags.ephemeral;
  return createMessage(writer, interaction.channelId, body, files, {
    flags,
    interactionId: interaction.id,
    maxFileBytes,
    ...(flags !== 0 && { onlyFor: interaction.userId }),
  });
}

/** A message written through this interaction. */
export function writtenBy(writer: MessageWriter, interaction: Interaction, id: string): Message {
  if (id === '@original') return originalOf(writer, interaction);
  const message = writer.state.messages.get(id);
  if (!message || message.isDeleted || message.interactionId !== interaction.id) throw unknownMessage();
  return message;
}
