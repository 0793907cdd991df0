/** Texts of the commands, those of contests apart. A {word} in braces is a parameter. Descriptions fit every platform: at most 100 characters. */
export const commands = {
  start: {
    description: 'Say hello and learn how this works',
    options: {},
    replies: {
      hello:
        'Hello {name}! Send me at least three photos of your pet with /train and I will learn it. Then /imagine draws it wherever you like. /help lists everything.',
    },
  },
  help: {
    description: 'What I can do',
    options: {
      about: 'words: all the words that I know',
    },
    choices: {
      words: 'All my words',
    },
    replies: {
      words: 'These are the words that I know:',
      anyWords: 'I read any English words; there is no list of them.',
      wordGroup: '{words}',
      title: 'This is what I can do:',
      line: '/{command}: {description}',
      privacy:
        'In this group I see only commands, replies to my messages and, where Telegram shows them to me, messages that name me; that is Telegram’s privacy mode. Whoever runs me can turn it off at @BotFather with /setprivacy, but I listen to nothing more even then.',
      example: 'For example: /train Biscuit kind:dog with photos of Biscuit, then /imagine Biscuit surfing a wave',
    },
  },
  train: {
    description: 'Teach me your pet from 3 to 20 photos',
    menu: 'Train from this message',
    options: {
      name: 'What your pet is called',
      kind: 'What kind of animal it is, e.g. dog or cat',
      photos: 'At least 3 photos of your pet, alone in the picture',
    },
    replies: {
      queued: 'I will learn {pet} from the photos you sent ({photos}). Place in the queue: {position}.',
    },
  },
  pets: {
    description: 'Show, share, rename, export or forget my pets',
    options: {
      forget: 'Name of a pet that I should forget, with everything learnt about it',
      rename: 'Name of a pet that should be called something else',
      to: 'The new name of that pet',
      share: 'Name of a pet that others may draw too',
      with: 'Whom to share it with: channel (if you leave this out), server, or person',
      unshare: 'Name of a pet that only you may draw from now on',
      accept: 'A code that somebody gave you, to draw their pet',
      export: 'Name of a pet whose LoRA file you want',
    },
    choices: {
      channel: 'This channel',
      server: 'This server',
      person: 'One person, by a code',
    },
    replies: {
      none: 'You have no pets here yet. Teach me one with /train.',
      list: 'Your pets:',
      line: '{name} ({kind}), learnt from {photos} photos',
      forgotten: '{name} is forgotten.',
      renamed: '{name} is now called {to}.',
      picture: 'What I learnt about {name}',
      invited:
        'Give this code to one other person, who then types /pets accept:{code} and can draw {name}. It works once, for a week.',
      sharedWithChannel: 'Everybody in this channel can draw {name} now. /pets unshare:{name} ends that.',
      sharedWithServer: 'Everybody on this server can draw {name} now. /pets unshare:{name} ends that.',
      unshared: 'Only you can draw {name} now. Shares ended: {count}.',
      accepted: 'You can draw {name} of {person} now. Try: /imagine {name} surfing a wave',
      exported: 'What I learnt about {name}, as a LoRA file for Stable Diffusion. /import takes it back.',
      sharedLine: '{name} ({kind}), shared by {person}',
      importedLine: '{name} ({kind}), from a file',
    },
  },
  imagine: {
    description: 'Draw a picture; name your pet and it will be in it',
    menu: 'Draw this pet',
    options: {
      prompt: 'What to draw, in English, e.g. Biscuit surfing a wave',
      count: 'How many pictures, 1 to 4',
      seed: 'A number; the same number and words give the same picture again',
      without: 'What should not be in the picture',
      pet: 'Which of your pets, if the words do not name it',
    },
    replies: {
      queued: 'I will draw “{prompt}”. Place in the queue: {position}.',
    },
  },
  edit: {
    description: 'Change something in a photo: reply to it with this, or attach it',
    menu: 'Edit this photo',
    options: {
      change: 'What to change, e.g. dog → cat, + a red hat, - collar, snow ×2; words in English',
      photo: 'The photo to change',
      caption: 'What the photo shows, in English, if I should not find out by myself',
      strength: 'How much may change, from 1 to 5; 3 if you leave this out',
      strip: 'yes: three strengths around that one, in one picture',
      keep: 'yes: everything but the things you name stays as it is',
      method: 'How I take the photo apart; leave it out and I choose',
      pet: 'Which of your pets, if several have the name that you wrote',
      likeness: 'How much of your pet goes into the picture, from 0 to 2; 1 if you leave this out',
      job: 'One of my results, in place of a photo',
      number: 'Which picture of that result; 0: the one before the edit',
      seed: 'A number; it matters for the method edit-friendly only',
    },
    choices: {
      direct: 'Direct: fast, and exact where nothing changes',
      ddim: 'DDIM: plain',
      'negative-prompt': 'Negative prompt: plain and fast',
      proximal: 'Proximal: keeps more of the picture',
      'null-text': 'Null text: slow and thorough',
      'edit-friendly': 'Edit-friendly: with noise, for larger changes',
      diffedit: 'DiffEdit: finds by itself where to change',
      'plug-and-play': 'Plug-and-play: keeps shapes, changes looks',
      'pix2pix-zero': 'Pix2pix-zero: guides instead of replacing; slow',
    },
    replies: {
      queued: 'I will change the picture: “{change}”. Place in the queue: {position}.',
    },
  },
  again: {
    description: 'Draw the last picture again with new luck',
    options: {
      job: 'Which one to repeat; the last one if you leave this out',
    },
    replies: {
      queued: 'I will draw “{prompt}” again. Place in the queue: {position}.',
    },
  },
  queue: {
    description: 'Show what I am doing for you',
    options: {},
    replies: {
      empty: 'Nothing of yours is waiting.',
      list: 'Your jobs:',
      training: '{position}. Learning {title}',
      drawing: '{position}. Drawing “{title}”',
      editing: '{position}. Changing a picture: “{title}”',
      upscaling: '{position}. Enlarging “{title}”',
      importing: '{position}. Importing {title}',
    },
  },
  settings: {
    description: 'Choose your language',
    options: {
      language: 'Language: auto follows the app; or en, de, es, fr, ja, pt-BR',
    },
    choices: {
      auto: 'As the app says',
    },
    replies: {
      chosen: 'I will answer you in English.',
      automatic: 'I answer you in the language of your app, now English. /settings language:de changes that.',
    },
  },
  cancel: {
    description: 'Stop what I am doing for you',
    options: {
      job: 'Which one to stop; all of yours if you leave this out',
    },
    replies: {
      nothing: 'There is nothing of yours to stop.',
      stopped: 'I am stopping it.',
      stoppedAll: 'I am stopping all {count}.',
    },
  },
  coach: {
    replies: {
      forgotten: 'The photos of {pet} are forgotten.',
      replace:
        'I kept the good photos of {pet} ({kept}) for a day. Send others in place of {numbers}, with: /train name:{pet} kind:{kind}',
      add: 'I kept the photos of {pet} ({kept}) for a day. Send more, with: /train name:{pet} kind:{kind}',
    },
  },
  vary: {
    description: 'Draw a picture again with other words',
    options: {
      prompt: 'The new words; luck and settings stay the same',
      job: 'Which one to change; the last one if you leave this out',
    },
    replies: {
      queued: 'I will draw it again as “{prompt}”. Place in the queue: {position}.',
    },
  },
  info: {
    replies: {
      settings: '“{prompt}” was drawn like this:',
      numbers: 'Seed {seed}, steps {steps}, guidance {guidance}, pictures {count}',
      without: 'Without: {words}',
      time: 'It took {seconds} s.',
      repeat: 'The same once more: {command}',
      pet: 'Pet: {pet}',
      edited: 'The picture was changed like this: “{change}”',
      editWords: 'Before: “{caption}”. After: “{target}”.',
      editNumbers: 'Method {method}, strength {strengths}, steps {steps}, guidance {guidance}, likeness {petStrength}',
      editScores: 'Fidelity of the model {decibels} dB, effect {scores}, evaluations of the model {evaluations}',
      editAttention: 'Attention kept: cross {cross}, self {self} from level {level}, alignment {alignment}',
      editBlend: 'Changes only around: {words}, threshold {threshold}',
      editSubtract: 'Kept where it shows: {words}',
      editLetterboxed: 'Frame: filled up to a square',
      editSqueezed: 'Frame: pressed into a square',
      editReduced: 'Photo: made smaller, 4096 pixels along its longer side',
      editRepeat: 'The same once more: /edit {change} {settings}',
    },
  },
  choose: {
    replies: {
      which: 'Which {name} do you mean?',
      whichWords: 'I do not know: {unknown}. I know: {known}. Do you mean something else?',
      whichRest: 'I do not know: {unknown}. What shall I do?',
      whichEdit: '“{part}” may mean several things. What shall I do?',
    },
  },
  pick: {
    replies: {
      picked: 'Picture {number} of “{prompt}” for {person}',
      pickedEdit: '“{change}” for {person}, strength {strength}',
    },
  },
  upscale: {
    replies: {
      queued: 'I will enlarge “{prompt}”. Place in the queue: {position}.',
    },
  },
  adjust: {
    replies: {
      queued: 'I will change it a little differently: “{change}”. Place in the queue: {position}.',
    },
  },
  correct: {
    description: 'Say what a picture really shows, or how your pet looks, and I do it again',
    options: {
      words: 'What the picture shows, or how the pet looks, e.g. a white cat in a garden',
      job: 'Which result; the last edit if you leave this out',
    },
    replies: {
      queued: 'I will do it again, with what you see: “{words}”. Place in the queue: {position}.',
    },
  },
  undo: {
    replies: {
      undone: 'This is the picture before “{change}”.',
    },
  },
  remove: {
    replies: {
      removed: 'It is deleted.',
      removedButEntered:
        'It is deleted here. Its entry in a contest keeps the picture; /contest withdraw takes that back, too.',
      gone: 'It was deleted already.',
      outOfReach:
        'I have deleted what I kept of it. The message stays, as I may not delete it here any more: whoever may manage messages here can.',
    },
  },
  import: {
    description: 'Bring a pet that was learnt elsewhere, as a LoRA file',
    options: {
      name: 'What the pet is called',
      kind: 'What kind of animal it is, e.g. dog or cat',
      file: 'The LoRA file (.safetensors, or in a ZIP), for the model that I use',
    },
    replies: {
      queued: 'I will look at the file for {pet}. Place in the queue: {position}.',
    },
  },
  mydata: {
    description: 'Take away or delete everything that I keep about you',
    options: {
      action: 'export: get it as archives; delete: delete all of it',
    },
    choices: {
      export: 'Get all of it',
      delete: 'Delete all of it',
    },
    replies: {
      confirm:
        'This stops your jobs and deletes your pets, photos, pictures and settings here, for good. Pictures that were posted in chats stay there.',
      deleted: 'Everything about you is deleted here.',
      exported:
        'Everything that I keep about you. Archives: {count}. My copies go once you have them, after a day at the latest.',
    },
  },
  uncover: { replies: { uncovered: 'The picture is uncovered.' } },
  report: {
    replies: {
      reported: 'Thank you, the moderators know.',
      reportedUnseen:
        'Thank you. I noted it for the moderators, but could reach none of them just now; they see it with /admin audit.',
      reportedBefore: 'You have told the moderators already.',
    },
  },
  admin: {
    description: 'For moderators: who may do what here, how much of it, and where',
    options: {
      action: 'What to do: show the rules, change one of them, or see what moderators did',
      activity: 'What the rule is about: draw, train, share or enter (contests)',
      who: 'For allow: everyone, or moderators only',
      role: 'For allow and limit: the role that it holds for',
      per_day: 'For limit: how many a day; 0 means no limit',
      cool_down: 'For limit: seconds between two; 0 means none',
      here: 'For channel: only, never, spoiler or normal here; adults or all_ages everywhere',
      pictures: 'For pictures: what becomes of explicit ones in this channel: off, cover or refuse',
      person: 'For ban and unban: whom; on Telegram, reply to a message of theirs',
    },
    choices: {
      show: 'Show the rules',
      allow: 'Who may',
      limit: 'How much',
      channel: 'Where',
      pictures: 'Explicit pictures',
      off: 'Show them',
      cover: 'Cover them',
      refuse: 'Do not show them',
      ban: 'Ban somebody',
      unban: 'Lift a ban',
      audit: 'What moderators did',
      draw: 'Drawing',
      train: 'Training',
      share: 'Sharing',
      enter: 'Entering contests',
      everyone: 'Everyone',
      moderators: 'Moderators only',
      only: 'I work here, not elsewhere',
      never: 'I do not work here',
      spoiler: 'Pictures are covered here',
      normal: 'No rule for this channel',
      adults: 'Age-restricted channels only',
      all_ages: 'Channels for all ages too',
    },
    replies: {
      none: 'There are no rules here: everybody may do everything everywhere.',
      rules: 'The rules here:',
      changed: 'Done. The rules here now:',
      draw: 'Drawing',
      train: 'Training',
      share: 'Sharing',
      enter: 'Entering contests',
      everybody: 'everybody',
      moderators: '{activity}: moderators only',
      roles: '{activity}: only {roles}',
      perDay: '{activity}, {role}: at most {count} a day',
      coolDown: '{activity}, {role}: {seconds} s between two',
      only: 'I work in this channel, and in no channel without this rule.',
      never: 'I do not work in this channel.',
      spoiler: 'Pictures in this channel are hidden until they are clicked.',
      picturesOff: 'Explicit pictures are shown in this channel.',
      picturesCover: 'Explicit pictures are covered in this channel.',
      picturesRefuse: 'Explicit pictures are not shown in this channel.',
      elsewhere: 'Other channels with rules of their own: {count}',
      ageGated: 'I work only in age-restricted channels.',
      banned: 'Banned: {names}',
      unbanned: 'No longer banned: {names}',
      audit: 'What moderators did, newest first:',
      auditEmpty: 'No moderator has done anything here yet.',
      auditLine: '{date} {moderator}: {line}',
      auditRemoved: '{date} {moderator}: deleted a picture of {person}',
      auditStopped: '{date} {moderator}: stopped a job of {person}',
      auditUncovered: '{date} {moderator}: uncovered a picture of {person} (explicit: {score})',
      auditReported: '{date} {moderator}: 🚩 reported a picture of {person} (explicit: {score})',
    },
  },
} as const;
