import { translationOf } from '#src/core/locale.js';
import { commands as en } from '../en/commands.js';

export const commands = translationOf(en, {
  start: {
    description: 'Dire bonjour et expliquer comment ça marche',
    options: {},
    replies: {
      hello:
        'Bonjour {name} ! Envoie-moi au moins trois photos de ton animal avec /train et j’apprendrai à le connaître. Ensuite, /imagine le dessine où tu veux. /help montre tout.',
    },
  },
  help: {
    description: 'Ce que je sais faire',
    options: {
      about: 'words : tous les mots que je connais',
    },
    choices: {
      words: 'Tous mes mots',
    },
    replies: {
      words: 'Voici les mots que je connais :',
      anyWords: 'Je lis tous les mots anglais ; il n’y en a pas de liste.',
      wordGroup: '{words}',
      title: 'Voici ce que je sais faire :',
      line: '/{command} : {description}',
      privacy:
        'Dans ce groupe, je ne vois que les commandes, les réponses à mes messages et, quand Telegram me les montre, les messages qui me nomment : c’est le mode de confidentialité de Telegram. La personne qui m’héberge peut le désactiver chez @BotFather avec /setprivacy ; même alors, je n’écoute rien d’autre.',
      example:
        'Par exemple : /train Biscuit kind:chien avec des photos de Biscuit, puis /imagine Biscuit surfing a wave',
    },
  },
  train: {
    description: 'Présente-moi ton animal avec 3 à 20 photos',
    menu: 'Entraîner avec ce message',
    options: {
      name: 'Comment s’appelle ton animal',
      kind: 'Quel animal c’est, par exemple chien ou chat',
      photos: 'Au moins 3 photos où l’on ne voit que ton animal',
    },
    replies: {
      queued: 'Je vais apprendre à connaître {pet} avec tes photos ({photos}). Place dans la file : {position}.',
    },
  },
  pets: {
    description: 'Voir, partager, renommer, exporter ou oublier mes animaux',
    options: {
      forget: 'Nom de l’animal que je dois oublier, avec tout ce que j’ai appris sur lui',
      rename: 'Nom de l’animal qui doit s’appeler autrement',
      to: 'Le nouveau nom de cet animal',
      share: 'Nom d’un animal que d’autres peuvent aussi dessiner',
      with: 'Avec qui : channel (par défaut), server ou person',
      unshare: 'Nom d’un animal que toi seul pourras dessiner',
      accept: 'Un code reçu de quelqu’un pour dessiner son animal',
      export: 'Nom d’un animal dont tu veux le fichier LoRA',
    },
    choices: {
      channel: 'Ce salon',
      server: 'Ce serveur',
      person: 'Une personne, par un code',
    },
    replies: {
      none: 'Tu n’as pas encore d’animal ici. Présente-m’en un avec /train.',
      list: 'Tes animaux :',
      line: '{name} ({kind}), d’après {photos} photos',
      forgotten: 'J’ai oublié {name}.',
      renamed: '{name} s’appelle maintenant {to}.',
      picture: 'Ce que j’ai appris sur {name}',
      invited:
        'Donne ce code à une autre personne : avec /pets accept:{code}, elle pourra dessiner {name}. Il sert une fois, pendant une semaine.',
      sharedWithChannel: 'Tout le monde sur ce canal peut maintenant dessiner {name}. /pets unshare:{name} y met fin.',
      sharedWithServer: 'Tout le monde sur ce serveur peut maintenant dessiner {name}. /pets unshare:{name} y met fin.',
      unshared: 'Toi seul peux maintenant dessiner {name}. Partages terminés : {count}.',
      accepted: 'Tu peux maintenant dessiner {name} de {person}. Essaie : /imagine {name} surfing a wave',
      exported: 'Ce que j’ai appris de {name}, en fichier LoRA pour Stable Diffusion. /import le reprend.',
      sharedLine: '{name} ({kind}), partagé par {person}',
      importedLine: '{name} ({kind}), d’un fichier',
    },
  },
  imagine: {
    description: 'Dessiner une image ; nomme ton animal et il y sera',
    menu: 'Dessiner cet animal',
    options: {
      prompt: 'Ce que je dois dessiner, en anglais, par exemple Biscuit surfing a wave',
      count: 'Combien d’images, de 1 à 4',
      seed: 'Un nombre ; le même nombre et les mêmes mots redonnent la même image',
      without: 'Ce qui ne doit pas être sur l’image',
      pet: 'Lequel de tes animaux, si les mots ne le nomment pas',
    },
    replies: {
      queued: 'Je vais dessiner « {prompt} ». Place dans la file : {position}.',
    },
  },
  edit: {
    description: 'Changer quelque chose sur une photo : réponds-lui avec ceci ou joins-la',
    menu: 'Modifier cette photo',
    options: {
      change: 'Quoi changer, p. ex. dog → cat, + a red hat, - collar, snow ×2 ; mots en anglais',
      photo: 'La photo à changer',
      caption: 'Ce que montre la photo, en anglais, si je ne dois pas le deviner moi-même',
      strength: 'À quel point ça peut changer, de 1 à 5 ; 3 si tu ne dis rien',
      strip: 'oui : trois forces autour de celle-ci, en une seule image',
      keep: 'oui : tout ce que tu ne nommes pas reste tel quel',
      method: 'Comment je décompose la photo ; si tu ne dis rien, je choisis',
      pet: 'Lequel de tes animaux, si plusieurs portent ce nom',
      likeness: 'La part de ton animal dans l’image, de 0 à 2 ; 1 si tu ne dis rien',
      job: 'Un de mes résultats, à la place d’une photo',
      number: 'Quelle image de ce résultat ; 0 : celle d’avant la modification',
      seed: 'Un nombre ; il ne compte que pour la méthode edit-friendly',
    },
    choices: {
      direct: 'Direct : rapide, et exact là où rien ne change',
      ddim: 'DDIM : simple',
      'negative-prompt': 'Prompt négatif : simple et rapide',
      proximal: 'Proximal : garde plus de l’image',
      'null-text': 'Texte nul : lent et minutieux',
      'edit-friendly': 'Edit-friendly : avec du bruit, pour de plus grands changements',
      diffedit: 'DiffEdit : trouve tout seul où changer',
      'plug-and-play': 'Plug-and-play : garde les formes, change l’aspect',
      'pix2pix-zero': 'Pix2pix-zero : guide au lieu de remplacer ; lent',
    },
    replies: {
      queued: 'Je vais changer l’image : « {change} ». Place dans la file : {position}.',
    },
  },
  again: {
    description: 'Redessiner la dernière image en retentant ma chance',
    options: {
      job: 'Laquelle refaire ; la dernière si tu ne précises rien',
    },
    replies: {
      queued: 'Je vais redessiner « {prompt} ». Place dans la file : {position}.',
    },
  },
  queue: {
    description: 'Montrer ce que je fais pour toi',
    options: {},
    replies: {
      empty: 'Tu n’as rien en attente.',
      list: 'Tes demandes :',
      training: '{position}. Apprendre à connaître {title}',
      drawing: '{position}. Dessiner « {title} »',
      editing: '{position}. Modification d’une image : « {title} »',
      upscaling: '{position}. Agrandissement de « {title} »',
      importing: '{position}. Import de {title}',
    },
  },
  settings: {
    description: 'Choisis ta langue',
    options: {
      language: 'Langue : auto suit l’application ; ou en, de, es, fr, ja, pt-BR',
    },
    choices: {
      auto: 'Comme l’application',
    },
    replies: {
      chosen: 'Je te répondrai en français.',
      automatic:
        'Je te réponds dans la langue de ton application, en ce moment le français. /settings language:de change cela.',
    },
  },
  cancel: {
    description: 'Arrêter ce que je fais pour toi',
    options: {
      job: 'Quelle demande arrêter ; toutes les tiennes si tu ne précises rien',
    },
    replies: {
      nothing: 'Tu n’as rien à arrêter.',
      stopped: 'J’arrête ça.',
      stoppedAll: 'J’arrête les {count} demandes.',
    },
  },
  coach: {
    replies: {
      forgotten: 'Les photos de {pet} sont oubliées.',
      replace:
        'Je garde un jour les bonnes photos de {pet} ({kept}). Envoie-en d’autres à la place de {numbers}, avec : /train name:{pet} kind:{kind}',
      add: 'Je garde un jour les photos de {pet} ({kept}). Envoie-en d’autres, avec : /train name:{pet} kind:{kind}',
    },
  },
  vary: {
    description: 'Redessiner une image avec d’autres mots',
    options: {
      prompt: 'Les nouveaux mots ; le hasard et les réglages restent',
      job: 'Laquelle changer ; la dernière si rien n’est indiqué',
    },
    replies: {
      queued: 'Je vais le redessiner ainsi : « {prompt} ». Place dans la file : {position}.',
    },
  },
  info: {
    replies: {
      settings: 'Voici comment « {prompt} » a été dessiné :',
      numbers: 'Graine {seed}, étapes {steps}, guidage {guidance}, images {count}',
      without: 'Sans : {words}',
      time: 'Cela a pris {seconds} s.',
      repeat: 'La même chose encore : {command}',
      pet: 'Animal : {pet}',
      edited: 'L’image a été changée ainsi : « {change} »',
      editWords: 'Avant : « {caption} ». Après : « {target} ».',
      editNumbers:
        'Méthode {method}, force {strengths}, étapes {steps}, guidage {guidance}, ressemblance {petStrength}',
      editScores: 'Fidélité du modèle {decibels} dB, effet {scores}, évaluations du modèle {evaluations}',
      editAttention:
        'Attention conservée : croisée {cross}, auto-attention {self} à partir du niveau {level}, alignement {alignment}',
      editBlend: 'Changements seulement autour de : {words}, seuil {threshold}',
      editSubtract: 'Conservé là où on voit : {words}',
      editLetterboxed: 'Cadre : complété en carré',
      editSqueezed: 'Cadre : comprimé en carré',
      editReduced: 'Photo : réduite à 4096 pixels sur son plus long côté',
      editRepeat: 'La même chose encore une fois : /edit {change} {settings}',
    },
  },
  choose: {
    replies: {
      which: 'De quel animal nommé {name} parles-tu ?',
      whichWords: 'Je ne connais pas : {unknown}. Je connais : {known}. Veux-tu dire autre chose ?',
      whichRest: 'Je ne connais pas : {unknown}. Que dois-je faire ?',
      whichEdit: '« {part} » peut vouloir dire plusieurs choses. Que dois-je faire ?',
    },
  },
  pick: {
    replies: {
      picked: 'Image {number} de « {prompt} » pour {person}',
      pickedEdit: '« {change} » pour {person}, force {strength}',
    },
  },
  upscale: {
    replies: {
      queued: 'Je vais agrandir « {prompt} ». Place dans la file : {position}.',
    },
  },
  adjust: {
    replies: {
      queued: 'Je vais la changer un peu autrement : « {change} ». Place dans la file : {position}.',
    },
  },
  correct: {
    description: 'Dis ce que montre vraiment une image, ou à quoi ressemble ton animal, et je recommence',
    options: {
      words: 'Ce que montre l’image ou à quoi ressemble l’animal, p. ex. a white cat in a garden',
      job: 'Quel résultat ; la dernière retouche si rien n’est indiqué',
    },
    replies: {
      queued: 'Je recommence avec ce que tu vois : « {words} ». Place dans la file : {position}.',
    },
  },
  undo: {
    replies: {
      undone: 'Voici l’image d’avant « {change} ».',
    },
  },
  remove: {
    replies: {
      removed: 'C’est supprimé.',
      removedButEntered:
        'C’est supprimé ici. La participation au concours garde l’image ; /contest withdraw la retire aussi.',
      gone: 'C’était déjà supprimé.',
      outOfReach:
        'J’ai supprimé ce que j’en gardais. Le message reste, car je n’ai plus le droit de le supprimer ici : qui gère les messages ici le peut.',
    },
  },
  import: {
    description: 'Apporter un animal appris ailleurs, en fichier LoRA',
    options: {
      name: 'Comment s’appelle l’animal',
      kind: 'Quel genre d’animal c’est, p. ex. chien ou chat',
      file: 'Le fichier LoRA (.safetensors, ou dans un ZIP), pour le modèle que j’utilise',
    },
    replies: {
      queued: 'Je vais regarder le fichier de {pet}. Place dans la file : {position}.',
    },
  },
  mydata: {
    description: 'Emporter ou supprimer tout ce que je garde sur toi',
    options: {
      action: 'export : le recevoir en archives ; delete : tout supprimer',
    },
    choices: {
      export: 'Tout récupérer',
      delete: 'Tout supprimer',
    },
    replies: {
      confirm:
        'Cela arrête tes tâches et supprime définitivement tes animaux, photos, images et réglages ici. Ce qui a été publié dans les discussions y reste.',
      deleted: 'Tout ce qui te concerne est supprimé ici.',
      exported:
        'Tout ce que je garde sur toi. Archives : {count}. J’efface mes copies dès que tu les as, au plus tard après un jour.',
    },
  },
  uncover: { replies: { uncovered: 'L’image est visible.' } },
  report: {
    replies: {
      reported: 'Merci, la modération est prévenue.',
      reportedUnseen:
        'Merci. Je l’ai noté pour la modération, mais je n’ai pu joindre personne à l’instant ; elle le verra avec /admin audit.',
      reportedBefore: 'Tu as déjà prévenu la modération.',
    },
  },
  admin: {
    description: 'Pour la modération : qui peut faire quoi ici, combien et où',
    options: {
      action: 'Que faire : voir les règles, en changer une, ou voir ce qu’ont fait les modérateurs',
      activity: 'L’objet de la règle : draw (dessiner), train (entraîner), share (partager) ou enter (concourir)',
      who: 'Avec allow : everyone (tout le monde) ou seulement moderators',
      role: 'Avec allow et limit : le rôle concerné',
      per_day: 'Avec limit : combien par jour ; 0, sans limite',
      cool_down: 'Avec limit : secondes entre deux ; 0, aucune',
      here: 'Avec channel : only, never, spoiler ou normal ici ; adults ou all_ages partout',
      pictures: 'Pour pictures : que faire des images explicites dans ce salon : off, cover ou refuse',
      person: 'Avec ban et unban : qui ; sur Telegram, réponds à un de ses messages',
    },
    choices: {
      show: 'Voir les règles',
      allow: 'Qui peut',
      limit: 'Combien',
      channel: 'Où',
      pictures: 'Images explicites',
      off: 'Les montrer',
      cover: 'Les masquer',
      refuse: 'Ne pas les montrer',
      ban: 'Exclure quelqu’un',
      unban: 'Lever une exclusion',
      audit: 'Ce qu’ont fait les modérateurs',
      draw: 'Dessiner',
      train: 'Entraîner',
      share: 'Partager',
      enter: 'Participer aux concours',
      everyone: 'Tout le monde',
      moderators: 'Modérateurs seulement',
      only: 'Je travaille ici, pas ailleurs',
      never: 'Je ne travaille pas ici',
      spoiler: 'Ici, les images sont cachées',
      normal: 'Aucune règle pour ce salon',
      adults: 'Seulement les salons avec limite d’âge',
      all_ages: 'Aussi les salons pour tous les âges',
    },
    replies: {
      none: 'Il n’y a pas de règles ici : tout le monde peut tout faire partout.',
      rules: 'Les règles ici :',
      changed: 'C’est fait. Les règles ici sont maintenant :',
      draw: 'Dessiner',
      train: 'Entraîner',
      share: 'Partager',
      enter: 'Participer aux concours',
      everybody: 'tout le monde',
      moderators: '{activity} : modérateurs seulement',
      roles: '{activity} : seulement {roles}',
      perDay: '{activity}, {role} : au plus {count} par jour',
      coolDown: '{activity}, {role} : {seconds} s entre deux',
      only: 'Je travaille dans ce salon, et dans aucun qui n’a pas cette règle.',
      never: 'Je ne travaille pas dans ce salon.',
      spoiler: 'Les images de ce salon sont cachées jusqu’à ce qu’on clique dessus.',
      picturesOff: 'Les images explicites sont montrées dans ce salon.',
      picturesCover: 'Les images explicites sont masquées dans ce salon.',
      picturesRefuse: 'Les images explicites ne sont pas montrées dans ce salon.',
      elsewhere: 'Autres salons avec leurs propres règles : {count}',
      ageGated: 'Je ne travaille que dans les salons soumis à une limite d’âge.',
      banned: 'Exclus : {names}',
      unbanned: 'Plus exclus : {names}',
      audit: 'Ce qu’ont fait les modérateurs, le plus récent d’abord :',
      auditEmpty: 'Aucun modérateur n’a encore rien fait ici.',
      auditLine: '{date} {moderator} : {line}',
      auditRemoved: '{date} {moderator} : a supprimé une image de {person}',
      auditStopped: '{date} {moderator} : a arrêté une tâche de {person}',
      auditUncovered: '{date} {moderator} : a dévoilé une image de {person} (explicite : {score})',
      auditReported: '{date} {moderator} : 🚩 a signalé une image de {person} (explicite : {score})',
    },
  },
});
