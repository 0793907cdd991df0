import { type Guild, PermissionsBitField, Routes } from 'discord.js';
import type { Membership } from '#src/core/place.js';
import { DiscordRequestError } from './discord-errors.js';
import { displayNameOf } from './display-name.js';
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
  const member = guild && (await memberNow(requests, guild.id, personId));
  if (!member || typeof member === 'string') return false;
  return serverPermissionsOf(guild, { id: personId, roles: member.roles }).has('ManageMessages');
}

/** Somebody who is not speaking, as a member of a server. */
export async function memberNow(
  requests: Pick<Requests, 'send'>,
  server: string,
  personId: string,
): Promise<Membership | 'none' | 'unknown'> {
  try {
    const { roles, joined_at, nick, user } = await requests.send<{
      readonly roles: readonly string[];
      readonly joined_at?: string | null;
      readonly nick?: string | null;
      readonly user?: { readonly username: string; readonly global_name?: string | null };
    }>('GET', Routes.guildMember(server, personId));
    const name = nick || user?.global_name || user?.username;
    return { roles, ...(joined_at && { joinedAt: new Date(joined_at) }), ...(name && { name: displayNameOf(name) }) };
  } catch (error) {
    if (!(error instanceof DiscordRequestError)) throw error;
    return error.is('unknownMember', 'unknownUser') ? 'none' : 'unknown';
  }
}

/** @returns false where the bot may not, or the role lets people do more than everybody: it is given by a vote */
export async function setRoleOf(
  requests: Pick<Requests, 'send'>,
  guild: Guild | undefined,
  { person, role, isOn }: { readonly person: string; readonly role: string; readonly isOn: boolean },
): Promise<boolean> {
  const given = guild?.roles.cache.get(role);
  const everybodys = guild?.roles.cache.get(guild.id)?.permissions.bitfield ?? 0n;
  if (!guild || !given || (isOn && (given.permissions.bitfield & ~everybodys) !== 0n)) return false;
  try {
    await requests.send(isOn ? 'PUT' : 'DELETE', Routes.guildMemberRole(guild.id, person, role));
    return true;
  } catch (error) {
    if (!(error instanceof DiscordRequestError)) throw error;
    // Whoever has left has no roles.
    if (error.is('unknownMember', 'unknownUser')) return true;
    if (error.is('missingPermissions', 'missingAccess')) return false;
    throw error;
  }
}
