/** Results of anybody in the community of a place. */
export interface ResultsService {
  /** For moderators. @throws UserError `jobUnknown` where it is of another community, `staysCovered` where it might not be drawn any more */
  uncover(job: string): Promise<void>;
  /**
   * Notes it for the moderators, and tells some of them in private.
   * @returns `noted` where none of them could be told, `before` where this person has reported it already
   * @throws UserError `jobUnknown` where it is of another community, `reportsTooMany`
   */
  report(job: string): Promise<'told' | 'noted' | 'before'>;
}
