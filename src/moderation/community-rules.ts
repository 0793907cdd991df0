import { type Text, type TextKey, text } from '#src/core/locale.js';
import { type Activity, activities, type Person, type PictureRule, type Role } from '#src/core/place.js';
import type { Rules } from './rights.js';

/** What can be said of a channel; the last two hold for the whole community. */
export const channelRules = ['only', 'never', 'spoiler', 'normal', 'adults', 'all_ages'] as const;
export type ChannelRule = (typeof channelRules)[number];

export interface LimitChange {
  readonly activity: Activity;
  readonly role?: Role | undefined;
  /** 0: no limit. Absent: as it is. */
  readonly perDay?: number | undefined;
  readonly coolDownSeconds?: number | undefined;
}

/** @param who a role that may as well, or what ends all such */
export function withAllowed(rules: Rules, activity: Activity, who: Role | 'everyone' | 'moderators'): Rules {
  const { [activity]: before = [], ...others } = rules.allowed;
  if (who === 'everyone') return { ...rules, allowed: others };
  const roles = who === 'moderators' ? [] : [...without(before, who.id), who];
  return { ...rules, allowed: { ...others, [activity]: roles } };
}

export function withLimit(rules: Rules, { activity, role, ...change }: LimitChange): Rules {
  const isThis = (limit: Rules['limits'][number]) => limit.activity === activity && limit.role?.id === role?.id;
  const before = rules.limits.find(isThis);
  const perDay = change.perDay ?? before?.perDay ?? 0;
  const coolDownSeconds = change.coolDownSeconds ?? before?.coolDownSeconds ?? 0;
  const limit = {
    activity,
    ...(role && { role }),
    ...(perDay > 0 && { perDay }),
    ...(coolDownSeconds > 0 && { coolDownSeconds }),
  };
  const others = rules.limits.filter((other) => !isThis(other));
  return { ...rules, limits: perDay > 0 || coolDownSeconds > 0 ? [...others, limit] : others };
}

export function withChannelRule(rules: Rules, channel: string, rule: ChannelRule): Rules {
  const others = without(rules.channels, channel);
  const before = rules.channels.find(({ id }) => id === channel) ?? { id: channel };
  switch (rule) {
    case 'adults':
      return { ...rules, isAgeGated: true };
    case 'all_ages':
      return { ...rules, isAgeGated: false };
    case 'normal':
      return { ...rules, channels: others };
    case 'spoiler':
      return { ...rules, channels: [...others, { ...before, isSpoiler: true }] };
    case 'only':
    case 'never':
      return { ...rules, channels: [...others, { ...before, use: rule }] };
  }
}

export function withPictureRule(rules: Rules, channel: string, pictures: PictureRule): Rules {
  const before = rules.channels.find(({ id }) => id === channel) ?? { id: channel };
  return { ...rules, channels: [...without(rules.channels, channel), { ...before, pictures }] };
}

export function withBan(rules: Rules, { id, name }: Person): Rules {
  return { ...rules, banned: [...without(rules.banned, id), { id, name }] };
}

export function withoutBan(rules: Rules, { id }: Person): Rules {
  return { ...rules, banned: without(rules.banned, id) };
}

/** Every rule in words, those of other channels as their number. */
export function linesOf(rules: Rules, channel: string): Text[] {
  return [
    ...activities.flatMap((activity) => allowedLine(activity, rules.allowed[activity])),
    ...rules.limits.flatMap(limitLines),
    ...channelLines(rules, channel),
    ...(rules.isAgeGated ? [text('commands.admin.replies.ageGated')] : []),
    ...(rules.banned.length > 0
      ? [text('commands.admin.replies.banned', { names: rules.banned.map(({ id, name }) => name || id).join(', ') })]
      : []),
  ];
}

const activityTexts = {
  draw: text('commands.admin.replies.draw'),
  train: text('commands.admin.replies.train'),
  share: text('commands.admin.replies.share'),
  enter: text('commands.admin.replies.enter'),
} as const satisfies Record<Activity, Text>;

function allowedLine(activity: Activity, allowed: readonly Role[] | undefined): Text[] {
  if (!allowed) return [];
  const params = { activity: activityTexts[activity] };
  if (allowed.length === 0) return [text('commands.admin.replies.moderators', params)];
  return [text('commands.admin.replies.roles', { ...params, roles: allowed.map(({ name }) => name).join(', ') })];
}

function limitLines({ activity, role, perDay, coolDownSeconds }: Rules['limits'][number]): Text[] {
  const whose = {
    activity: activityTexts[activity],
    role: role?.name ?? text('commands.admin.replies.everybody'),
  };
  return [
    ...(perDay === undefined ? [] : [text('commands.admin.replies.perDay', { ...whose, count: perDay })]),
    ...(coolDownSeconds === undefined
      ? []
      : [text('commands.admin.replies.coolDown', { ...whose, seconds: coolDownSeconds })]),
  ];
}

function channelLines({ channels }: Rules, channel: string): Text[] {
  const here = channels.find(({ id }) => id === channel);
  const elsewhere = without(channels, channel).length;
  return [
    ...(here?.use === 'only' ? [text('commands.admin.replies.only')] : []),
    ...(here?.use === 'never' ? [text('commands.admin.replies.never')] : []),
    ...(here?.isSpoiler ? [text('commands.admin.replies.spoiler')] : []),
    ...(here?.pictures ? [text(pictureTexts[here.pictures])] : []),
    ...(elsewhere > 0 ? [text('commands.admin.replies.elsewhere', { count: elsewhere })] : []),
  ];
}

const pictureTexts = {
  off: 'commands.admin.replies.picturesOff',
  cover: 'commands.admin.replies.picturesCover',
  refuse: 'commands.admin.replies.picturesRefuse',
} as const satisfies Record<PictureRule, TextKey>;

function without<Item extends { readonly id: string }>(items: readonly Item[], id: string): Item[] {
  return items.filter((item) => item.id !== id);
}
