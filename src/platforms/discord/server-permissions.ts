import { type Guild, PermissionsBitField, Routes } from 'discord.js';
import { DiscordRequestError } from './discord-errors.js';
import type { Requests } from './requests.js';

export interface Member {
  readonly id: string;
  readonly roles: readonly string[];
}

/**
 * What somebody may do in a whole server, by its roles and ownership, whatever single channels add or take away.
 * Nothing where the bot is no member of the server.
 */
export function serverPermissionsOf(guild: Guild | undefined, { id, roles }: Member): Readonly<PermissionsBitField> {
  if (guild?.ownerId === id) return new PermissionsBitField(PermissionsBitField.All);
  // The role of everybody has the server's id.
  const granted = guild ? [guild.id, ...roles].flatMap((role) => guild.roles.cache.get(role)?.permissions ?? []) : [];
  return new PermissionsBitField(granted);
}

/** Whether somebody who is not speaking moderates a server as things stand. Not where they have left, or Discord does not say. */
export async function moderatesNow(
  requests: Pick<Requests, 'send'>,
  guild: Guild | undefined,
  personId: string,
): Promise<boolean> {
  if (!guild) return false;
  try {
    const { roles } = await requests.send<{ readonly roles: readonly string[] }>(
      'GET',
      Routes.guildMember(guild.id, personId),
    );
    return serverPermissionsOf(guild, { id: personId, roles }).has('ManageMessages');
  } catch (error) {
    if (!(error instanceof DiscordRequestError)) throw error;
    return false;
  }
}
