/* What only one platform has to say. A {word} in braces is a parameter. */

export const web = {
  title: 'Petbooth',
  placeholder: 'Write a command, e.g. /help',
  send: 'Send',
  addPhotos: 'Add photos',
  dropPhotos: 'Drop photos here',
  removePhoto: 'Remove {name}',
  photosAttached: 'Photos: {count}',
  disconnected: 'The connection is lost. Trying again…',
  download: 'Download',
  close: 'Close',
  openPicture: 'Open the picture',
  language: 'Language',
  guest: 'Guest',
  commandHint: 'Commands start with a slash. /help lists them.',
  progress: 'Progress: {percent} %',
  messages: 'Messages',
  you: 'You',
  bot: 'Petbooth',
  uploadFailed: 'The photos could not be sent. Please try again.',
  showHidden: 'Hidden; click to see it',
  uploadTooLarge: 'These photos are too large together: at most {max} MB.',
} as const;

/** What only Discord has to say. */
export const discord = {
  /** Beside a result whose pictures are larger than this server takes. */
  picturesTooLarge: 'Some pictures are too large for this server and were left out.',
  /** In place of what is for one person's eyes only. */
  sentInPrivate: 'That is for your eyes only: I have sent it to you in private.',
  writeInPrivate:
    'That is for your eyes only, and I cannot reach you in private. Allow direct messages from members of this server (or write to me in private), then ask again here.',
  /** In place of what may not be shown where it was asked for. */
  blockedHere:
    'The automatic moderation of this server does not let me show this here. It comes in private, if I can reach you there.',
  filesForbidden:
    'I may not attach files here: I need the permission “Attach Files”. It comes in private, if I can reach you there.',
  /** Said when somebody chose a command in the menu of a message. */
  menuNoPhotos: 'There are no photos in this message.',
  menuNoPets:
    'You have no pets here yet. Teach me one with /train, or with “Train from this message” on a message with photos.',
  menuForgotten: 'That was too long ago. Please choose the message again.',
  /** Followed by the thread. */
  threadOpened: 'Here is the thread. Whatever you ask for there stays there:',
  threadNotHere: 'There are no threads here.',
  threadNotYours: 'You may not open threads here.',
  threadForbidden:
    'I may not open threads here: I need the permission “Create Public Threads”. You can open one yourself; whatever you ask for there stays there.',
} as const;

/** What only Telegram has to say. */
export const telegram = {
  draft: '/{command} {title}\nPhotos so far: {count}. Send me at least {min}, as photos or as files.',
  draftReady: '/{command} {title}\nPhotos so far: {count}. Send more, up to {max}, or press “{button}”.',
  draftFull: '/{command} {title}\nPhotos: {count}, which is the most I take. Press “{button}”.',
  draftInGroup: 'In a group, send them as a reply to this message: I see nothing else that is written here.',
  draftRefused:
    'That did not work. Your photos are still here: give another name or kind with /{command}, or try again.',
  draftStarted: '/{command} {title}\nPhotos: {count}. On my way.',
  draftCancelled: '/{command} {title}\nStopped. Nothing was kept.',
  draftReplaced: '/{command} {title}\nYou started something else.',
  draftGone: 'This is over. Start again with /{command}.',
  notYours: 'Only the one who asked can press this.',
  tooLate: 'Photos that came after the start were left out.',
  emptied: 'Deleted. It was too old for Telegram to take it away, so I emptied it.',
  picturesForbidden: 'Pictures may not be posted here.',
  picturesInPrivate: 'Pictures may not be posted here; I have sent them to you in private.',
  /** Of a picture that has to be hidden. */
  notCovered: 'Telegram takes a picture of this size or shape only as a file, which it cannot cover, so I left it out.',
  /** In place of what is for one person's eyes only. */
  writeInPrivate: '{person}, that is for your eyes only. Open a chat with me, press “Start” there, and ask again here.',
  openPrivate: 'Open a chat',
  writeAsYourself:
    'That is for your eyes only, and while you write as the group I cannot tell who you are. What you changed is changed; to see it, call me as yourself.',
  ask: '“{option}” is missing: {description}. Reply with it.',
  start: 'Train',
  cancel: 'Cancel',
} as const;
