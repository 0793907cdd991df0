import { translationOf } from '#src/core/locale.js';
import { commands as en } from '../en/commands.js';

export const commands = translationOf(en, {
  start: {
    description: 'Begrüßung und wie es geht',
    options: {},
    replies: {
      hello:
        'Hallo {name}! Schick mir mit /train mindestens drei Fotos von deinem Tier, dann lerne ich es kennen. Danach zeichnet /imagine es, wo du willst. /help zeigt alles.',
    },
  },
  help: {
    description: 'Was ich kann',
    options: {
      about: 'words: alle Wörter, die ich kenne',
    },
    choices: {
      words: 'Alle meine Wörter',
    },
    replies: {
      words: 'Diese Wörter kenne ich:',
      anyWords: 'Ich lese alle englischen Wörter; eine Liste davon gibt es nicht.',
      wordGroup: '{words}',
      title: 'Das kann ich:',
      line: '/{command}: {description}',
      privacy:
        'In dieser Gruppe sehe ich nur Befehle, Antworten auf meine Nachrichten und, wo Telegram sie mir zeigt, Nachrichten, die mich nennen: das ist Telegrams Privatsphäre-Modus. Wer mich betreibt, kann ihn bei @BotFather mit /setprivacy abschalten; auch dann höre ich auf nichts weiter.',
      example: 'Zum Beispiel: /train Biscuit kind:Hund mit Fotos von Biscuit, dann /imagine Biscuit surfing a wave',
    },
  },
  train: {
    description: 'Bring mir dein Tier mit 3 bis 20 Fotos bei',
    menu: 'Aus dieser Nachricht lernen',
    options: {
      name: 'Wie dein Tier heißt',
      kind: 'Was für ein Tier es ist, z. B. Hund oder Katze',
      photos: 'Mindestens 3 Fotos, auf denen nur dein Tier zu sehen ist',
    },
    replies: {
      queued: 'Ich lerne {pet} aus deinen Fotos ({photos}). Platz in der Warteschlange: {position}.',
    },
  },
  pets: {
    description: 'Tiere zeigen, teilen, umbenennen, ausgeben oder vergessen',
    options: {
      forget: 'Name eines Tieres, das ich samt allem Gelernten vergessen soll',
      rename: 'Name eines Tiers, das anders heißen soll',
      to: 'Der neue Name dieses Tiers',
      share: 'Name eines Tiers, das auch andere zeichnen dürfen',
      with: 'Mit wem: channel (ohne Angabe), server oder person',
      unshare: 'Name eines Tiers, das nur noch du zeichnen darfst',
      accept: 'Ein Code, den dir jemand gab, um sein Tier zu zeichnen',
      export: 'Name eines Tiers, dessen LoRA-Datei du möchtest',
    },
    choices: {
      channel: 'Dieser Kanal',
      server: 'Dieser Server',
      person: 'Eine Person, mit einem Code',
    },
    replies: {
      none: 'Du hast hier noch keine Tiere. Bring mir mit /train eines bei.',
      list: 'Deine Tiere:',
      line: '{name} ({kind}), gelernt aus {photos} Fotos',
      forgotten: '{name} ist vergessen.',
      renamed: '{name} heißt jetzt {to}.',
      picture: 'Was ich über {name} gelernt habe',
      invited:
        'Gib diesen Code einer anderen Person: Mit /pets accept:{code} kann sie {name} zeichnen. Er gilt einmal und eine Woche lang.',
      sharedWithChannel: 'Alle in diesem Kanal können {name} jetzt zeichnen. /pets unshare:{name} beendet das.',
      sharedWithServer: 'Alle auf diesem Server können {name} jetzt zeichnen. /pets unshare:{name} beendet das.',
      unshared: 'Nur du kannst {name} jetzt zeichnen. Beendete Freigaben: {count}.',
      accepted: 'Du kannst jetzt {name} von {person} zeichnen. Probier: /imagine {name} surfing a wave',
      exported: 'Was ich über {name} gelernt habe, als LoRA-Datei für Stable Diffusion. /import nimmt sie zurück.',
      sharedLine: '{name} ({kind}), geteilt von {person}',
      importedLine: '{name} ({kind}), aus einer Datei',
    },
  },
  imagine: {
    description: 'Ein Bild zeichnen; nenne dein Tier, und es ist darauf',
    menu: 'Dieses Tier malen',
    options: {
      prompt: 'Was ich zeichnen soll, auf Englisch, z. B. Biscuit surfing a wave',
      count: 'Wie viele Bilder, 1 bis 4',
      seed: 'Eine Zahl; gleiche Zahl und gleiche Worte ergeben wieder das gleiche Bild',
      without: 'Was nicht auf dem Bild sein soll',
      pet: 'Welches deiner Tiere, falls die Worte es nicht nennen',
    },
    replies: {
      queued: 'Ich zeichne „{prompt}“. Platz in der Warteschlange: {position}.',
    },
  },
  edit: {
    description: 'Etwas an einem Foto ändern: antworte darauf oder häng es an',
    menu: 'Dieses Foto ändern',
    options: {
      change: 'Was sich ändern soll, z. B. dog → cat, + a red hat, - collar, snow ×2; Worte auf Englisch',
      photo: 'Das Foto, das ich ändern soll',
      caption: 'Was auf dem Foto ist, auf Englisch, falls ich es nicht selbst herausfinden soll',
      strength: 'Wie viel sich ändern darf, von 1 bis 5; ohne Angabe 3',
      strip: 'ja: drei Stärken um diese herum, in einem Bild',
      keep: 'ja: alles außer dem Genannten bleibt, wie es ist',
      method: 'Wie ich das Foto zerlege; ohne Angabe wähle ich selbst',
      pet: 'Welches deiner Tiere, falls mehrere so heißen',
      likeness: 'Wie viel von deinem Tier ins Bild kommt, von 0 bis 2; ohne Angabe 1',
      job: 'Eines meiner Ergebnisse, anstelle eines Fotos',
      number: 'Welches Bild dieses Ergebnisses; 0: das vor der Änderung',
      seed: 'Eine Zahl; sie zählt nur bei der Methode edit-friendly',
    },
    choices: {
      direct: 'Direkt: schnell, und genau, wo sich nichts ändert',
      ddim: 'DDIM: schlicht',
      'negative-prompt': 'Negativ-Prompt: schlicht und schnell',
      proximal: 'Proximal: behält mehr vom Bild',
      'null-text': 'Nulltext: langsam und gründlich',
      'edit-friendly': 'Edit-friendly: mit Rauschen, für größere Änderungen',
      diffedit: 'DiffEdit: findet selbst, wo sich etwas ändert',
      'plug-and-play': 'Plug-and-play: behält Formen, ändert das Aussehen',
      'pix2pix-zero': 'Pix2pix-zero: lenkt, statt zu ersetzen; langsam',
    },
    replies: {
      queued: 'Ich ändere das Bild: „{change}“. Platz in der Warteschlange: {position}.',
    },
  },
  again: {
    description: 'Das letzte Bild mit neuem Glück noch einmal zeichnen',
    options: {
      job: 'Welches wiederholt werden soll; ohne Angabe das letzte',
    },
    replies: {
      queued: 'Ich zeichne „{prompt}“ noch einmal. Platz in der Warteschlange: {position}.',
    },
  },
  queue: {
    description: 'Zeigen, was ich gerade für dich tue',
    options: {},
    replies: {
      empty: 'Von dir wartet nichts.',
      list: 'Deine Aufträge:',
      training: '{position}. {title} lernen',
      drawing: '{position}. „{title}“ zeichnen',
      editing: '{position}. Ein Bild ändern: „{title}“',
      upscaling: '{position}. „{title}“ wird vergrößert',
      importing: '{position}. {title} wird übernommen',
    },
  },
  settings: {
    description: 'Wähle deine Sprache',
    options: {
      language: 'Sprache: auto folgt der App; oder en, de, es, fr, ja, pt-BR',
    },
    choices: {
      auto: 'Wie die App',
    },
    replies: {
      chosen: 'Ich antworte dir auf Deutsch.',
      automatic: 'Ich antworte dir in der Sprache deiner App, jetzt Deutsch. /settings language:de ändert das.',
    },
  },
  cancel: {
    description: 'Anhalten, was ich gerade für dich tue',
    options: {
      job: 'Welcher Auftrag; ohne Angabe alle deine',
    },
    replies: {
      nothing: 'Von dir gibt es nichts anzuhalten.',
      stopped: 'Ich halte es an.',
      stoppedAll: 'Ich halte alle {count} an.',
    },
  },
  coach: {
    replies: {
      forgotten: 'Die Fotos von {pet} sind vergessen.',
      replace:
        'Die guten Fotos von {pet} ({kept}) hebe ich einen Tag lang auf. Schick andere anstelle von {numbers}, mit: /train name:{pet} kind:{kind}',
      add: 'Die Fotos von {pet} ({kept}) hebe ich einen Tag lang auf. Schick weitere, mit: /train name:{pet} kind:{kind}',
    },
  },
  vary: {
    description: 'Ein Bild mit anderen Worten noch einmal zeichnen',
    options: {
      prompt: 'Die neuen Worte; Zufall und Einstellungen bleiben gleich',
      job: 'Welches geändert wird; ohne Angabe das letzte',
    },
    replies: {
      queued: 'Ich zeichne es noch einmal als „{prompt}“. Platz in der Warteschlange: {position}.',
    },
  },
  info: {
    replies: {
      settings: 'So wurde „{prompt}“ gezeichnet:',
      numbers: 'Seed {seed}, Schritte {steps}, Führung {guidance}, Bilder {count}',
      without: 'Ohne: {words}',
      time: 'Es dauerte {seconds} s.',
      repeat: 'Noch einmal genauso: {command}',
      pet: 'Tier: {pet}',
      edited: 'So wurde das Bild geändert: „{change}“',
      editWords: 'Vorher: „{caption}“. Nachher: „{target}“.',
      editNumbers:
        'Methode {method}, Stärke {strengths}, Schritte {steps}, Führung {guidance}, Ähnlichkeit {petStrength}',
      editScores: 'Treue des Modells {decibels} dB, Wirkung {scores}, Auswertungen des Modells {evaluations}',
      editAttention: 'Beibehaltene Attention: Cross {cross}, Self {self} ab Ebene {level}, Zuordnung {alignment}',
      editBlend: 'Änderungen nur um: {words}, Schwelle {threshold}',
      editSubtract: 'Behalten, wo zu sehen ist: {words}',
      editLetterboxed: 'Rahmen: zum Quadrat aufgefüllt',
      editSqueezed: 'Rahmen: ins Quadrat gedrückt',
      editReduced: 'Foto: verkleinert auf 4096 Pixel an der längeren Seite',
      editRepeat: 'Das Gleiche noch einmal: /edit {change} {settings}',
    },
  },
  choose: {
    replies: {
      which: 'Welches Tier namens {name} meinst du?',
      whichWords: 'Das kenne ich nicht: {unknown}. Ich kenne: {known}. Meinst du etwas anderes?',
      whichRest: 'Das kenne ich nicht: {unknown}. Was soll ich tun?',
      whichEdit: '„{part}“ kann mehreres heißen. Was soll ich tun?',
    },
  },
  pick: {
    replies: {
      picked: 'Bild {number} von „{prompt}“ für {person}',
      pickedEdit: '„{change}“ für {person}, Stärke {strength}',
    },
  },
  upscale: {
    replies: {
      queued: 'Ich vergrößere „{prompt}“. Platz in der Warteschlange: {position}.',
    },
  },
  adjust: {
    replies: {
      queued: 'Ich ändere es etwas anders: „{change}“. Platz in der Warteschlange: {position}.',
    },
  },
  correct: {
    description: 'Sag, was ein Bild wirklich zeigt oder wie dein Tier aussieht, und ich mache es neu',
    options: {
      words: 'Was das Bild zeigt oder wie das Tier aussieht, z. B. a white cat in a garden',
      job: 'Welches Ergebnis; ohne Angabe die letzte Bearbeitung',
    },
    replies: {
      queued: 'Ich mache es noch einmal, mit dem, was du siehst: „{words}“. Platz in der Warteschlange: {position}.',
    },
  },
  undo: {
    replies: {
      undone: 'Das ist das Bild vor „{change}“.',
    },
  },
  remove: {
    replies: {
      removed: 'Es ist gelöscht.',
      removedButEntered:
        'Hier ist es gelöscht. Der Beitrag im Wettbewerb behält das Bild; /contest withdraw nimmt auch den zurück.',
      gone: 'Es war schon gelöscht.',
      outOfReach:
        'Was ich davon hatte, ist gelöscht. Die Nachricht bleibt stehen, denn hier darf ich sie nicht mehr löschen: Das kann, wer hier Nachrichten verwaltet.',
    },
  },
  import: {
    description: 'Ein anderswo gelerntes Tier als LoRA-Datei mitbringen',
    options: {
      name: 'Wie das Tier heißt',
      kind: 'Was für ein Tier es ist, z. B. Hund oder Katze',
      file: 'Die LoRA-Datei (.safetensors, auch im ZIP), für das Modell, das ich benutze',
    },
    replies: {
      queued: 'Ich sehe mir die Datei für {pet} an. Platz in der Warteschlange: {position}.',
    },
  },
  mydata: {
    description: 'Alles, was ich über dich speichere, mitnehmen oder löschen',
    options: {
      action: 'export: als Archive bekommen; delete: alles löschen',
    },
    choices: {
      export: 'Alles mitnehmen',
      delete: 'Alles löschen',
    },
    replies: {
      confirm:
        'Das hält deine Aufträge an und löscht deine Tiere, Fotos, Bilder und Einstellungen hier endgültig. Was in Chats gepostet wurde, bleibt dort.',
      deleted: 'Alles über dich ist hier gelöscht.',
      exported:
        'Alles, was ich über dich speichere. Archive: {count}. Meine Kopien lösche ich, sobald du sie hast, spätestens nach einem Tag.',
    },
  },
  uncover: { replies: { uncovered: 'Das Bild ist aufgedeckt.' } },
  report: {
    replies: {
      reported: 'Danke, die Moderation weiß Bescheid.',
      reportedUnseen:
        'Danke. Ich habe es für die Moderation notiert, aber gerade niemanden von ihr erreicht; sie sieht es mit /admin audit.',
      reportedBefore: 'Du hast es der Moderation schon gemeldet.',
    },
  },
  admin: {
    description: 'Für Moderation: wer hier was darf, wie viel davon und wo',
    options: {
      action: 'Was geschehen soll: Regeln zeigen, eine ändern, oder sehen, was Moderatoren getan haben',
      activity: 'Worum es geht: draw (zeichnen), train (trainieren), share (teilen) oder enter (einreichen)',
      who: 'Für allow: everyone (alle) oder nur moderators',
      role: 'Für allow und limit: die Rolle, für die es gilt',
      per_day: 'Für limit: wie viele am Tag; 0 heißt unbegrenzt',
      cool_down: 'Für limit: Sekunden zwischen zweien; 0 heißt keine',
      here: 'Für channel: only, never, spoiler oder normal hier; adults oder all_ages überall',
      pictures: 'Für pictures: was in diesem Kanal mit anstößigen Bildern geschieht: off, cover oder refuse',
      person: 'Für ban und unban: wen; auf Telegram als Antwort auf eine Nachricht der Person',
    },
    choices: {
      show: 'Regeln zeigen',
      allow: 'Wer darf',
      limit: 'Wie viel',
      channel: 'Wo',
      pictures: 'Anstößige Bilder',
      off: 'Zeigen',
      cover: 'Verdecken',
      refuse: 'Nicht zeigen',
      ban: 'Jemanden ausschließen',
      unban: 'Einen Ausschluss aufheben',
      audit: 'Was Moderatoren taten',
      draw: 'Zeichnen',
      train: 'Trainieren',
      share: 'Teilen',
      enter: 'An Wettbewerben teilnehmen',
      everyone: 'Alle',
      moderators: 'Nur Moderatoren',
      only: 'Ich arbeite hier, sonst nirgends',
      never: 'Ich arbeite hier nicht',
      spoiler: 'Bilder sind hier verdeckt',
      normal: 'Keine Regel für diesen Kanal',
      adults: 'Nur Kanäle mit Altersbeschränkung',
      all_ages: 'Auch Kanäle für jedes Alter',
    },
    replies: {
      none: 'Hier gibt es keine Regeln: Alle dürfen überall alles.',
      rules: 'Die Regeln hier:',
      changed: 'Erledigt. Die Regeln hier sind jetzt:',
      draw: 'Zeichnen',
      train: 'Trainieren',
      share: 'Teilen',
      enter: 'An Wettbewerben teilnehmen',
      everybody: 'alle',
      moderators: '{activity}: nur Moderatoren',
      roles: '{activity}: nur {roles}',
      perDay: '{activity}, {role}: höchstens {count} am Tag',
      coolDown: '{activity}, {role}: {seconds} s zwischen zweien',
      only: 'Ich arbeite in diesem Kanal, und in keinem ohne diese Regel.',
      never: 'Ich arbeite nicht in diesem Kanal.',
      spoiler: 'Bilder in diesem Kanal sind verdeckt, bis man sie anklickt.',
      picturesOff: 'Anstößige Bilder werden in diesem Kanal gezeigt.',
      picturesCover: 'Anstößige Bilder werden in diesem Kanal verdeckt.',
      picturesRefuse: 'Anstößige Bilder werden in diesem Kanal nicht gezeigt.',
      elsewhere: 'Andere Kanäle mit eigenen Regeln: {count}',
      ageGated: 'Ich arbeite nur in Kanälen mit Altersbeschränkung.',
      banned: 'Ausgeschlossen: {names}',
      unbanned: 'Nicht mehr ausgeschlossen: {names}',
      audit: 'Was Moderatoren getan haben, das Neueste zuerst:',
      auditEmpty: 'Hier hat noch kein Moderator etwas getan.',
      auditLine: '{date} {moderator}: {line}',
      auditRemoved: '{date} {moderator}: hat ein Bild von {person} gelöscht',
      auditStopped: '{date} {moderator}: hat einen Auftrag von {person} gestoppt',
      auditUncovered: '{date} {moderator}: hat ein Bild von {person} aufgedeckt (anstößig: {score})',
      auditReported: '{date} {moderator}: 🚩 hat ein Bild von {person} gemeldet (anstößig: {score})',
    },
  },
});
