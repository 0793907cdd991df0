/** A message that was sent; plain data, stored with the job whose result will replace it. */
export interface MessageReference {
  readonly place: Place;
  readonly message: string;
}

export type PlatformName = 'web' | 'discord' | 'telegram';

/** Who speaks: an account on one platform. */
export interface Person {
  readonly platform: PlatformName;
  readonly id: string;
  readonly name: string;
}

/** Where it was said; plain data, stored with a job so that the answer finds its way after a restart. */
export interface Place {
  readonly platform: PlatformName;
  /** The community that the channel belongs to: Discord's guild, a Telegram group. Absent in private chats. */
  readonly server?: string;
  readonly channel: string;
  /** Where the channel is a thread of another one. */
  readonly parent?: string;
  /** Telegram's topic within the channel. */
  readonly thread?: string;
  /** The platform asks for people's age before it lets them in. */
  readonly isAgeRestricted?: true;
}

/** A community: a server of one platform. */
export type Server = Required<Pick<Place, 'platform' | 'server'>>;

/** A community that goes on under another id, as a Telegram group does that became a supergroup. It has one channel, of the same id. */
export interface ServerMove {
  readonly platform: PlatformName;
  readonly from: string;
  readonly to: string;
}

/** A role as the platform names it. */
export interface Role {
  readonly id: string;
  readonly name: string;
}

/** What the platform says of the speaker at this place. */
export interface Standing {
  /** Rules the whole community: may remove others' messages in all of it. */
  readonly isModerator: boolean;
  /** Rules this channel, perhaps alone: may stop and remove others' work in it, and make no rules. */
  readonly isChannelModerator?: boolean;
  /** Ids of roles, where the platform has such. */
  readonly roles: readonly string[];
  /** Whether the platform asks for people's age before it lets them in there; absent where it never does. */
  readonly isAgeRestricted?: boolean;
  /** The platform does not say for now: then nobody is a moderator. */
  readonly isUnknown?: boolean;
  /** When they became a member of the community, where the platform tells it. */
  readonly joinedAt?: Date;
  /** Of the account, where the platform tells it. */
  readonly accountCreatedAt?: Date;
}

/** What the platform says of a member of a community who is not speaking there. */
export interface Membership extends Pick<Standing, 'roles' | 'joinedAt'> {
  /** As they are called there, where the platform tells it. */
  readonly name?: string;
}

/** What moderators make rules about. */
export const activities = ['draw', 'train', 'share', 'enter'] as const;
export type Activity = (typeof activities)[number];

/** What may become of explicit pictures. */
export const pictureRules = ['off', 'cover', 'refuse'] as const;
export type PictureRule = (typeof pictureRules)[number];

/** The channel as rules and shares name it: a thread goes with the channel that it hangs on, a topic stands for itself. */
export function channelIdOf({ channel, parent, thread }: Pick<Place, 'channel' | 'parent' | 'thread'>): string {
  return thread === undefined ? (parent ?? channel) : `${channel}/${thread}`;
}

/** Where somebody alone is told something, beside any community: where that cannot be, it is left unsaid. */
export function privatePlaceOf({ platform, id }: Pick<Person, 'platform' | 'id'>): Place {
  return { platform, channel: id };
}

/** Undefined in private chats. */
export function serverOf({ platform, server }: Place): Server | undefined {
  return server === undefined ? undefined : { platform, server };
}

export function isSamePerson(one: Pick<Person, 'platform' | 'id'>, other: Pick<Person, 'platform' | 'id'>): boolean {
  return one.platform === other.platform && one.id === other.id;
}
