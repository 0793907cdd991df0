/**
 * Who may do what with somebody else's pet and pictures: the specification, which `test/unit/src/moderation/rights-table.test.ts` plays cell by cell.
 *
 * Olga has a pet, and a picture and an edit of it in a channel of a server. Across: what somebody is to her.
 * - `person`, `channel`, `server`: the pet is shared with them, with the channel, with the server; the latter speaks in another channel of it
 * - `here`: in the same channel, with nothing shared; `other`: in another server, the pet is shared with Olga's
 * - `banned`: in the channel, the pet is shared with the server; `moderator`, `channelMod`: in the channel, of the server or of that channel alone, with nothing shared
 * - `private`: in a private chat with the bot, with nothing shared
 *
 * Down: what they try, typed or by the data of a button that they made up. A verdict is `yes`, the sentence that refuses, or
 * - `any`: done, but with any animal of the kind in place of the pet
 * - `none`: nothing is offered
 * - `topic:yes|…`: what is after the bar, but on Telegram `yes`, since all of a group read all of its topics
 */
export const rightsTable = `
                   owner  person    channel   server              here      other     banned    moderator  channelMod   private
draw               yes    yes       yes       yes                 unknown   unknown   banned    unknown    unknown      unknown
draw by name       yes    yes       yes       yes                 any       any       banned    any        any          any
complete names     yes    yes       yes       yes                 none      none      none      none       none         none
edit a photo       yes    yes       yes       yes                 unknown   unknown   banned    unknown    unknown      unknown
edit a result      yes    yes       yes       topic:yes|notYours  any       noJob     banned    any        any          noJob
again              yes    notYours  notYours  notYours            notYours  noJob     banned    unshared   unshared     noJob
other words        yes    notYours  notYours  notYours            notYours  noJob     banned    unshared   unshared     noJob
larger             yes    notYours  notYours  notYours            notYours  noJob     banned    unshared   unshared     noJob
pick               yes    notYours  notYours  notYours            notYours  noJob     banned    yes        yes          noJob
stronger           yes    yes       yes       topic:yes|notYours  unshared  noJob     banned    unshared   unshared     noJob
correct            yes    yes       yes       topic:yes|notYours  unshared  noJob     banned    unshared   unshared     noJob
correct a pet      yes    notYours  notYours  notYours            notYours  noJob     banned    unknown    unknown      noJob
undo               yes    yes       yes       topic:yes|notYours  yes       noJob     banned    yes        yes          noJob
info               yes    notYours  notYours  notYours            notYours  noJob     banned    yes        yes          noJob
info of an edit    yes    yes       yes       topic:yes|notYours  yes       noJob     banned    yes        yes          noJob
share              yes    unknown   unknown   unknown             unknown   unknown   banned    unknown    unknown      unknown
unshare            yes    unknown   unknown   unknown             unknown   unknown   banned    unknown    unknown      unknown
export             yes    unknown   unknown   unknown             unknown   unknown   banned    unknown    unknown      unknown
rename             yes    unknown   unknown   unknown             unknown   unknown   banned    unknown    unknown      unknown
forget             yes    unknown   unknown   unknown             unknown   unknown   banned    unknown    unknown      unknown
cancel             yes    notYours  notYours  notYours            notYours  noJob     notYours  yes        yes          noJob
delete             yes    notYours  notYours  notYours            notYours  noJob     notYours  yes        yes          noJob
delete a copy      yes    notYours  notYours  notYours            notYours  noJob     notYours  yes        yes          noJob
delete everything  yes    notAsked  notAsked  notAsked            notAsked  notAsked  notAsked  notAsked   notAsked     notAsked
answer a question  yes    notAsked  notAsked  notAsked            notAsked  notAsked  banned    notAsked   notAsked     notAsked
decide a draft     yes    notAsked  notAsked  notAsked            notAsked  notAsked  banned    notAsked   notAsked     notAsked
enter              yes    noEntry   noEntry   noEntry             noEntry   noContest  banned    noEntry    noEntry      notTheirs
report             yes    yes       yes       yes                 yes       noJob     banned    yes        yes          noJob
uncover            mods   mods      mods      mods                mods      noJob     banned    yes        yes          noJob
audit              mods   mods      mods      mods                mods      mods      mods      yes        channelOnly  noServer
make a rule        mods   mods      mods      mods                mods      mods      mods      yes        channelOnly  noServer
undo a ban         mods   mods      mods      mods                mods      mods      mods      yes        channelOnly  noServer
host a contest     mods   mods      mods      mods                mods      mods      mods      yes        channelOnly  noServer
`;

/** Sentences that refuse. */
export const refusals = {
  unknown: 'petUnknown',
  unshared: 'petUnshared',
  notYours: 'jobNotYours',
  noJob: 'jobUnknown',
  banned: 'banned',
  notAsked: 'questionNotYours',
  mods: 'moderatorsOnly',
  channelOnly: 'moderatesChannelOnly',
  noServer: 'adminNoServer',
  noEntry: 'entryNotYours',
  noContest: 'contestNone',
  notTheirs: 'contestNoneOfYours',
} as const;

const [header = '', ...rows] = rightsTable.trim().split('\n');
export const relations = header.trim().split(/\s{2,}/);

/** By action, then by relation. */
export const expected: ReadonlyMap<string, readonly string[]> = new Map(
  rows.map((row) => {
    const [action = '', ...verdicts] = row.split(/\s{2,}/);
    return [action, verdicts];
  }),
);
