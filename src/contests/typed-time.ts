import { Temporal } from 'temporal-polyfill';

/** What somebody has typed for an instant or a length of time. */
export type TypedTime =
  | { readonly kind: 'at'; readonly at: Date }
  | { readonly kind: 'length'; readonly milliseconds: number }
  /** `noSuchDay`: it reads like a date, and the calendar or the clock has none such. */
  | { readonly kind: 'unreadable' | 'noSuchDay' };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** As they are written in the six languages, in the singular and the plural. */
const unitsMs: readonly (readonly [words: string, milliseconds: number])[] = [
  ['w wk wks week weeks woche wochen semana semanas sem semaine semaines 週 週間', 7 * dayMs],
  ['d day days tag tage tagen día días dia dias j jour jours 日 日間', dayMs],
  ['h hr hrs hour hours std stunde stunden hora horas heure heures 時間', hourMs],
  ['m min mins minute minutes minuten minuto minutos 分 分間', minuteMs],
];
const msOfUnit = new Map(unitsMs.flatMap(([words, ms]) => words.split(' ').map((word) => [word, ms] as const)));

const maxDigits = 6;
/** More is no length of a phase in any contest, and no date that every calendar has. */
const maxLengthMs = 36_525 * dayMs;
const unitWords = [...msOfUnit.keys()].toSorted((one, other) => other.length - one.length).join('|');
const lengthPart = new RegExp(`(\\d{1,${maxDigits}})\\s*(${unitWords})(?!\\p{Script=Latin})\\.?`, 'gu');
const betweenParts = /^(?:[\s,&]|\b(?:and|und|y|et|e)\b|と)*$/u;

const dateAndTime =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:\s*T\s*|\s+)(\d{1,2}):(\d{2})\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/iu;

/**
 * Reads `2026-12-01 18:00` (in the zone, or with `Z` or an offset behind it), or a length such as `3d 12h`. In spring, when
 * clocks are put forward, a time that they leave out is as much later; in autumn, of two that they show the first one is meant.
 * @param zone an IANA name that `isZone`
 */
export function readTime(typed: string, zone: string): TypedTime {
  const text = typed.normalize('NFKC').trim();
  const match = dateAndTime.exec(text);
  if (match) return readInstant(match.slice(1), zone);
  const milliseconds = readLength(text.toLowerCase());
  return milliseconds === undefined ? { kind: 'unreadable' } : { kind: 'length', milliseconds };
}

/** Whether clocks somewhere go by this name. */
export function isZone(name: string): boolean {
  try {
    // Offsets are no places: they know no summer.
    return /^[a-z]/i.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function readInstant(
  [year, month, day, hour, minute, offset]: readonly (string | undefined)[],
  zone: string,
): TypedTime {
  try {
    const [y, mo, d, h, mi] = [year, month, day, hour, minute].map(Number) as [number, number, number, number, number];
    const wall = new Temporal.PlainDateTime(y, mo, d, h, mi);
    const { epochMilliseconds } = wall.toZonedDateTime(offset === undefined ? zone : zoneOfOffset(offset), {
      disambiguation: 'compatible',
    });
    return { kind: 'at', at: new Date(epochMilliseconds) };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'noSuchDay' };
    throw error;
  }
}

function zoneOfOffset(offset: string): string {
  const match = /^([+-]\d{2}):?(\d{2})?$/.exec(offset);
  return match ? `${match[1]}:${match[2] ?? '00'}` : 'UTC';
}

function readLength(text: string): number | undefined {
  let sum = 0;
  let end = 0;
  for (const match of text.matchAll(lengthPart)) {
    if (!betweenParts.test(text.slice(end, match.index))) return undefined;
    sum += Number(match[1]) * msOfUnit.get(match[2]!)!;
    end = match.index + match[0].length;
  }
  return sum > 0 && sum <= maxLengthMs && text.slice(end).trim() === '' ? sum : undefined;
}
