import { type Guild, PermissionsBitField } from 'discord.js';

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
