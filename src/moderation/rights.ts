import { z } from 'zod';
import { UserError } from '#src/core/errors.js';
import {
  type Activity,
  activities,
  channelIdOf,
  type Person,
  type PictureRule,
  type Place,
  pictureRules,
  type Standing,
} from '#src/core/place.js';

const activity = z.enum(activities);
const role = z.object({ id: z.string(), name: z.string() });
const amount = z.object({
  perDay: z.number().int().positive().optional(),
  coolDownSeconds: z.number().int().positive().optional(),
});
const limit = amount.extend({
  activity,
  /** For whom; none: everybody. */
  role: role.optional(),
});
const channelRule = z.object({
  id: z.string(),
  /** `only`: I work here, and in no channel without this word. `never`: not here. */
  use: z.enum(['only', 'never']).optional(),
  /** Pictures are hidden until they are clicked. */
  isSpoiler: z.boolean().optional(),
  /** What becomes of explicit ones; absent: as the host decided. */
  pictures: z.enum(pictureRules).optional(),
});

const maxLimits = 100;
const maxChannels = 500;
const maxBanned = 1000;

/** What moderators decided for their community. Without any rule everybody may do everything everywhere. */
export const Rules = z.object({
  /** Roles that may; an empty list: moderators only. */
  allowed: z.partialRecord(activity, z.array(role).max(50)).default({}),
  limits: z.array(limit).max(maxLimits).default([]),
  channels: z.array(channelRule).max(maxChannels).default([]),
  /** Work only where the platform asks for a person's age first. */
  isAgeGated: z.boolean().default(false),
  banned: z
    .array(z.object({ id: z.string(), name: z.string() }))
    .max(maxBanned)
    .default([]),
});
export type Rules = z.infer<typeof Rules>;
/** How much of something one person may have. */
export type Amount = z.infer<typeof amount>;
type Limit = z.infer<typeof limit>;

/** Of a community that moved: the newer decision counts, and no ban or rule of a channel is lost. */
export function mergedRules(older: Rules, newer: Rules = noRules): Rules {
  const added = <Item>(items: readonly Item[], more: readonly Item[], keyOf: (item: Item) => unknown) => [
    ...new Map([...items, ...more].map((item) => [keyOf(item), item])).values(),
  ];
  return {
    allowed: { ...older.allowed, ...newer.allowed },
    limits: added(older.limits, newer.limits, ({ activity, role }) => `${activity} ${role?.id ?? ''}`).slice(
      -maxLimits,
    ),
    channels: added(
      older.channels,
      newer.channels.map((rule) => ({ ...older.channels.find(({ id }) => id === rule.id), ...rule })),
      ({ id }) => id,
    ).slice(-maxChannels),
    isAgeGated: older.isAgeGated || newer.isAgeGated,
    banned: added(older.banned, newer.banned, ({ id }) => id).slice(-maxBanned),
  };
}

export const noRules: Rules = Rules.parse({});

/** Who wants something, where, and as what. */
export interface Applicant {
  readonly person: Person;
  readonly place: Place;
  /** Asked only where a rule depends on it. */
  readonly standing: () => Promise<Standing>;
}

/**
 * Whether somebody may speak with the bot at a place at all. Channels are closed to all but moderators; bans and the age gate hold for everybody.
 * @throws UserError which says what forbids it
 */
export async function assertWelcome(rules: Rules, { person, place, standing }: Applicant): Promise<void> {
  assertNotBanned(rules, person);
  if (rules.isAgeGated && !(await standing()).isAgeRestricted) throw new UserError('channelNotAgeRestricted');
  if (!isOpenChannel(rules, place) && !(await standing()).isModerator) throw new UserError('channelClosed');
}

/** @throws UserError `banned` */
export function assertNotBanned({ banned }: Rules, { id }: Pick<Person, 'id'>): void {
  if (banned.some((person) => person.id === id)) throw new UserError('banned');
}

/**
 * Whether somebody may do something at a place. Moderators may everything, without limits, unless they are banned.
 * @returns how much of it, where that is limited
 * @throws UserError which says what forbids it
 */
export async function assertAllowed(rules: Rules, what: Activity, applicant: Applicant): Promise<Amount | undefined> {
  await assertWelcome(rules, applicant);
  const allowed = rules.allowed[what];
  const limits = rules.limits.filter((candidate) => candidate.activity === what);
  if (!allowed && limits.length === 0) return undefined;
  const { isModerator, roles, isUnknown } = await applicant.standing();
  if (isModerator) return undefined;
  const has = ({ id }: { readonly id: string }) => roles.includes(id);
  if (allowed && !allowed.some(has)) {
    if (allowed.length === 0) throw new UserError(isUnknown ? 'moderatorsUnknown' : 'moderatorsOnly');
    throw new UserError('rolesOnly', { roles: allowed.map(({ name }) => name).join(', ') });
  }
  return widest(limits.filter((candidate) => !candidate.role || has(candidate.role)));
}

/** Roles add rights: a limit for a role counts instead of everybody's, and whoever has several has the widest of each. */
function widest(limits: readonly Limit[]): Amount | undefined {
  const ofRoles = limits.filter((candidate) => candidate.role);
  const counted = ofRoles.length > 0 ? ofRoles : limits;
  if (counted.length === 0) return undefined;
  const perDay = Math.max(...counted.map((candidate) => candidate.perDay ?? Number.POSITIVE_INFINITY));
  const coolDownSeconds = Math.min(...counted.map((candidate) => candidate.coolDownSeconds ?? 0));
  return { ...(Number.isFinite(perDay) && { perDay }), ...(coolDownSeconds > 0 && { coolDownSeconds }) };
}

/**
 * Whether what was asked for at one place may be shown at another: in private to whom it was private, in a community where pictures are
 * covered or refused, ages are asked and channels are closed at least as strictly.
 */
export function mayShowAt(rules: Rules, to: Place, from: Place): boolean {
  if (to.platform !== from.platform || to.server !== from.server) return false;
  if (to.channel === from.channel && to.thread === from.thread) return true;
  if (to.server === undefined) return false;
  const isKept = (strictness: (place: Place) => boolean) => !strictness(from) || strictness(to);
  return (
    isKept((place) => isSpoilerPlace(rules, place)) &&
    isKept((place) => !isOpenChannel(rules, place)) &&
    isKept((place) => place.isAgeRestricted === true) &&
    pictureStrictness(rules, to) >= pictureStrictness(rules, from)
  );
}

/** Where ages are asked explicit pictures may be shown, unless a moderator says otherwise: that is no laxer than covering them for all. */
function pictureStrictness({ channels }: Rules, place: Place): number {
  return pictureRules.indexOf(channels.find(({ id }) => id === channelIdOf(place))?.pictures ?? 'cover');
}

export function isSpoilerPlace({ channels }: Rules, place: Place): boolean {
  return channels.some(({ id, isSpoiler }) => isSpoiler && id === channelIdOf(place));
}

export interface PictureCircumstances {
  /** As the host decided. */
  readonly host: PictureRule;
  /** The chat page of a host who has let nobody else in. */
  readonly isOwnPage: boolean;
}

/** What becomes of explicit pictures at a place. A host who refuses them refuses them in every community. */
export function pictureRuleAt(
  { channels }: Rules,
  place: Place,
  { host, isOwnPage }: PictureCircumstances,
): PictureRule {
  if (isOwnPage) return 'off';
  if (host === 'refuse') return 'refuse';
  const chosen = channels.find(({ id }) => id === channelIdOf(place))?.pictures;
  return chosen ?? (place.isAgeRestricted ? 'off' : host);
}

function isOpenChannel({ channels }: Rules, place: Place): boolean {
  const use = channels.find(({ id }) => id === channelIdOf(place))?.use;
  if (use === 'never') return false;
  return use === 'only' || !channels.some((channel) => channel.use === 'only');
}
