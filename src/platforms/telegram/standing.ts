import type { Person, Place, Standing } from '#src/command.js';
import type { TelegramClient } from './telegram-client.js';

/** Somebody in a chat. */
export interface Speaker {
  readonly person: Person;
  readonly place: Place;
  readonly isPrivate: boolean;
  /** Only administrators can write as their group. */
  readonly isAnonymous?: boolean;
}

/** Who may remove others' messages in a group. In private there are no others' messages. */
export async function standingOf(
  client: TelegramClient,
  { person, place, isPrivate, isAnonymous = false }: Speaker,
): Promise<Standing> {
  if (isPrivate || isAnonymous) return { isModerator: isAnonymous, roles: [] };
  const member = await client.call('getChatMember', { chat_id: Number(place.channel), user_id: Number(person.id) });
  const isModerator =
    member.status === 'creator' || (member.status === 'administrator' && member.can_delete_messages === true);
  return { isModerator, roles: [] };
}
