import { UserError } from '#src/core/errors.js';
import { type Person, type Server, serverOf } from '#src/core/place.js';
import type { Applicant } from './rights.js';
import type { ServerRulesTable } from './server-rules-table.js';
import type { AdminService } from './services.js';

export interface AdminServiceOptions {
  readonly rules: ServerRulesTable;
  /** @returns how many jobs */
  readonly stopJobsOf: (person: Person, server: Server) => Promise<number>;
  readonly barFromContests: (person: Person, server: Server) => Promise<void>;
  readonly readmitToContests: (person: Person, server: Server) => Promise<void>;
}

const shownAuditEntries = 20;

/** What moderators may do in the community of a place. The caller has made sure that this is one. */
export function adminServiceFor(
  { rules, stopJobsOf, barFromContests, readmitToContests }: AdminServiceOptions,
  { person, place }: Applicant,
): AdminService {
  const here = () => {
    const server = serverOf(place);
    if (!server) throw new UserError('adminNoServer');
    return server;
  };
  return {
    rules: () => rules.of(place),
    change: async ({ line, about }, change) => {
      const note = { key: 'commands.admin.replies.auditLine', params: { line } } as const;
      await rules.change(here(), person, note, change, about?.id);
    },
    stopJobsOf: async (of) => stopJobsOf(of, here()),
    barFromContests: async (of) => barFromContests(of, here()),
    readmitToContests: async (of) => readmitToContests(of, here()),
    audit: async (contest) => rules.auditOf(here(), shownAuditEntries, contest),
  };
}
