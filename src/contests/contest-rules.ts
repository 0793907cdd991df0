import { z } from 'zod';
import { methods } from './tally/ballots.js';

/** How pictures come in: drawn from words, changed from a photo, or photographed. */
export const entrySources = ['drawn', 'edits', 'photos'] as const;
export type EntrySource = (typeof entrySources)[number];

/** What gives an entry and a vote their meaning: fixed from the first entry on. */
export const ContestRules = z.object({
  accepts: z.array(z.enum(entrySources)).min(1).default(['drawn', 'edits']),
  /** Made after the opening, by our own records. */
  isFresh: z.boolean().default(true),
  perPerson: z.number().int().min(1).max(10).default(1),
  method: z.enum(methods).default('approval'),
  /** Of approval: at most so many (0: any number); of a podium: its places. */
  marks: z.number().int().min(0).max(25).default(3),
  ties: z.enum(['share', 'lot']).default('share'),
  /** `before`: whoever was a member when voting began. */
  voters: z.enum(['before', 'members', 'role', 'entrants']).default('before'),
  role: z.object({ id: z.string(), name: z.string() }).optional(),
  /** Least age of an account, where the platform tells it. */
  accountDays: z.number().int().min(0).max(365).default(7),
  /** Weight of the judges in percent; 0: there are none. */
  panel: z.number().int().min(0).max(90).default(0),
  /** A role of Discord's for the first rank. */
  prize: z.object({ id: z.string(), name: z.string() }).optional(),
  review: z.enum(['always', 'uploads', 'never']).default('uploads'),
  publishes: z.enum(['at_once', 'by_hand']).default('at_once'),
  /** What becomes of a deadline that passed while nobody was there. */
  missed: z.enum(['extend', 'close']).default('extend'),
  /** Whoever has the link sees its entries on a page. */
  hasPage: z.boolean().default(false),
  /** Ballots are handed on with the export, without accounts. */
  hasOpenBallots: z.boolean().default(false),
});
export type ContestRules = z.infer<typeof ContestRules>;
