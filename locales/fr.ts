import { defineLocale } from '#src/locale.js';

export const fr = defineLocale({
  language: 'Français',
  commands: {
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
      options: {},
      replies: {
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
      replies: {
        none: 'Tu n’as pas encore d’animal ici. Présente-m’en un avec /train.',
        list: 'Tes animaux :',
        line: '{name} ({kind}), d’après {photos} photos',
        forgotten: 'J’ai oublié {name}.',
        renamed: '{name} s’appelle maintenant {to}.',
        picture: 'Ce que j’ai appris sur {name}',
        invited:
          'Donne ce code à une autre personne : avec /pets accept:{code}, elle pourra dessiner {name}. Il sert une fois, pendant une semaine.',
        sharedWithChannel:
          'Tout le monde sur ce canal peut maintenant dessiner {name}. /pets unshare:{name} y met fin.',
        sharedWithServer:
          'Tout le monde sur ce serveur peut maintenant dessiner {name}. /pets unshare:{name} y met fin.',
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
        upscaling: '{position}. Agrandissement de « {title} »',
        importing: '{position}. Import de {title}',
      },
    },
    settings: {
      description: 'Choisis ta langue',
      options: {
        language: 'Langue : auto suit l’application ; ou en, de, es, fr, ja, pt-BR',
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
        repeat: 'La même chose encore : /imagine {prompt} seed:{seed} count:{count}',
      },
    },
    pick: {
      replies: {
        picked: 'Image {number} de « {prompt} » pour {person}',
      },
    },
    upscale: {
      replies: {
        queued: 'Je vais agrandir « {prompt} ». Place dans la file : {position}.',
      },
    },
    remove: {
      replies: {
        removed: 'C’est supprimé.',
        gone: 'C’était déjà supprimé.',
      },
    },
    import: {
      description: 'Apporter un animal appris ailleurs, en fichier LoRA',
      options: {
        name: 'Comment s’appelle l’animal',
        kind: 'Quel genre d’animal c’est, p. ex. chien ou chat',
        file: 'Le fichier LoRA (.safetensors), pour le modèle que j’utilise',
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
      replies: {
        confirm:
          'Cela arrête tes tâches et supprime définitivement tes animaux, photos, images et réglages ici. Ce qui a été publié dans les discussions y reste.',
        deleted: 'Tout ce qui te concerne est supprimé ici.',
        exported: 'Tout ce que je garde sur toi. Archives : {count}. Elles restent disponibles un jour.',
      },
    },
  },
  buttons: {
    cancel: 'Arrêter',
    again: 'Encore une fois',
    useAnyway: 'Utiliser quand même',
    replacePhotos: 'Remplacer',
    forgetPhotos: 'Annuler',
    vary: 'Autres mots',
    upscale: 'Agrandir',
    info: 'Infos',
    remove: 'Supprimer',
    pick1: '1',
    pick2: '2',
    pick3: '3',
    pick4: '4',
    deleteAll: 'Tout supprimer',
  },
  coach: {
    intro: 'Avant que j’apprenne {pet} : certaines de ces photos pourraient m’induire en erreur.',
    blurred: 'La photo {number} est floue.',
    moved: 'La photo {number} est bougée, comme si l’appareil s’était déplacé.',
    small: 'La photo {number} est petite ({width} × {height}) : au moins {min} × {min} pixels seraient préférables.',
    nearDuplicate: 'La photo {number} montre presque la même chose que la photo {other}.',
    dark: 'La photo {number} est très sombre.',
    washedOut: 'La photo {number} est délavée : trop de lumière, ou presque pas de contraste.',
    rotated: 'La photo {number} est peut-être couchée : tourne-la et enregistre-la de nouveau.',
    tooFew: 'Cela fait {different} photos différentes, et il m’en faut au moins {min}.',
    tooMany:
      'Cela fait {given} photos en tout, et je peux en prendre {max} au plus : les dernières sont laissées de côté.',
    sheetAlt: 'Tes photos ({count}) avec des numéros ; les douteuses sont encadrées',
  },
  eta: {
    place: '{position}, {ready}',
    line: '{line} ({ready})',
    soon: 'fini dans moins d’une minute',
    minute: 'fini dans une minute environ',
    minutes: 'fini dans {count} minutes environ',
    hour: 'fini dans une heure environ',
    hours: 'fini dans {count} heures environ',
    days: 'fini dans plus d’un jour',
  },
  delivery: {
    queued: '{title} : en attente, place {position}.',
    givingWay: '{progress} · laisse passer des demandes plus courtes, puis reprend toute seule',
    started: '{title} : c’est parti.',
    preparing:
      '{bar} {percent} % : je me prépare à apprendre {pet} et dessine d’autres animaux de son espèce pour comparer ({done} sur {total})',
    training: '{bar} {percent} % : j’apprends à connaître {pet}, étape {step} sur {steps}',
    trainingLoss: '{bar} {percent} % : j’apprends à connaître {pet}, étape {step} sur {steps}, erreur {loss} {trend}',
    trained: 'Maintenant, je connais {pet} (ça m’a pris {seconds} s). Essaie : /imagine {pet} surfing a wave',
    thread: 'Fil pour {pet}',
    trainedPicture: '{pet}, en dessin après l’apprentissage',
    drawing: '{bar} {percent} % : je dessine « {prompt} »',
    drawn: '« {prompt} » pour {person}, graine {seed}',
    promptCut: 'C’était plus que ce que je peux lire d’un coup : la fin de ton texte a été laissée de côté.',
    drawnPicture: 'Image {number} : {prompt}',
    cancelled: '{title} : arrêté.',
    failed: '{title} : quelque chose n’a pas marché de mon côté. C’est noté ; réessaie plus tard, s’il te plaît.',
    learningTitle: 'Apprendre à connaître {pet}',
    drawingTitle: '« {prompt} »',
    announced: '{person}, {pet} peut maintenant être dessiné !',
    drawnGrid: '{count} images côte à côte : {prompt}',
    upscaling: '{bar} {percent} % : agrandissement de « {prompt} »',
    upscaled: '« {prompt} » pour {person}, agrandi à {width} × {height}',
    upscaledPicture: 'Agrandi : {prompt}',
    upscalingTitle: 'Agrandissement de « {prompt} »',
    importing: '{bar} {percent} % : essai de {pet}',
    imported: 'Je connais maintenant {pet} grâce à ton fichier. Essaie : /imagine {pet} surfing a wave',
    importingTitle: 'Import de {pet}',
  },
  errors: {
    fault: 'Quelque chose n’a pas marché de mon côté. C’est noté ; réessaie plus tard, s’il te plaît.',
    serviceUnavailable:
      'Je ne peux rien prendre pour l’instant, car ma file d’attente ne répond pas. Rien n’est perdu ; réessaie dans une minute, s’il te plaît.',
    storageFull:
      'Je n’ai plus de place pour garder des fichiers. Les personnes qui s’occupent de moi sont prévenues ; réessaie plus tard, s’il te plaît.',
    buttonBroken: 'Ce bouton ne fonctionne plus.',
    commandUnknown: 'Je ne connais pas /{command}. /help montre ce que je sais faire.',
    optionUnknown: '/{command} n’a pas d’option « {option} ».',
    optionMissing: 'Il manque « {option} » : {description}.',
    optionNotText: '« {option} » doit être du texte.',
    optionNotNumber: '« {option} » doit être un nombre, mais c’est « {given} ».',
    optionNotInteger: '« {option} » doit être un nombre entier, mais c’est « {given} ».',
    optionNotBoolean: '« {option} » doit être oui ou non, mais c’est « {given} ».',
    optionNotPhotos: 'Pour « {option} », il faut des photos.',
    optionTooSmall: '« {option} » doit être au moins {min}, mais c’est {given}.',
    optionTooLarge: '« {option} » doit être au plus {max}, mais c’est {given}.',
    optionTooShort: '« {option} » doit avoir au moins {min} caractères.',
    optionTooLong: '« {option} » peut avoir au plus {max} caractères, mais en a {given}.',
    optionNotAChoice: '« {option} » doit être l’un de ces choix : {choices}.',
    promptEmpty: 'Dis-moi quoi dessiner, par exemple : /imagine Biscuit surfing a wave',
    petUnknown: 'Tu n’as pas d’animal qui s’appelle {name}. /pets montre ceux que je connais.',
    petGone: 'Entre-temps, j’ai oublié l’animal de cette image.',
    renameIncomplete: 'Pour renommer un animal, donne-moi les deux noms, par exemple : /pets rename:Biscuit to:Cookie',
    petExists:
      'Tu as déjà un animal qui s’appelle {name}. Choisis un autre nom, ou demande-moi d’abord de l’oublier avec /pets forget:{name}',
    petBeingTrained: 'J’apprends déjà à connaître un animal qui s’appelle {name}. /queue montre où j’en suis.',
    petNameInvalid:
      '« {name} » ne peut pas être le nom d’un animal. Utilise de 1 à 32 lettres, chiffres, espaces, traits d’union ou apostrophes, dont au moins une lettre.',
    petNameIsKind:
      '« {name} » est une sorte d’animal. Dis-moi comment s’appelle le tien, pour que je le distingue de tous les autres.',
    petsTooMany: 'Tu as déjà {max} animaux, c’est la limite. Demande-moi d’abord d’en oublier un avec /pets.',
    petsSeveral: 'Je ne peux dessiner qu’un animal à la fois, mais ton texte nomme {names}.',
    kindInvalid:
      '« {kind} » n’est pas une sorte d’animal que je comprends. Utilise un seul mot, par exemple chien, chat ou lapin ; pour les autres animaux, écris-le en anglais.',
    queueFullForYou:
      'Tu as déjà {max} demandes en cours. Attends que l’une soit finie, ou arrêtes-en une avec /cancel.',
    queueFullForServer:
      'À vous tous ici, vous avez déjà {max} demandes en cours, c’est la limite. Réessaie quand quelques-unes seront terminées, s’il te plaît.',
    queueFull: 'Trop de monde me demande quelque chose en ce moment. Réessaie dans quelques minutes, s’il te plaît.',
    jobUnknown: 'Je ne connais pas cette demande de ta part, ou elle est trop ancienne.',
    nothingToRepeat: 'Tu n’as pas encore d’image à refaire.',
    draftGone: 'C’est déjà décidé, ou trop ancien. Renvoie les photos avec /train.',
    draftNotYours: 'Seule la personne qui a envoyé ces photos peut en décider.',
    photosTooFew: 'Il me faut au moins {min} photos, mais j’en ai reçu {given}.',
    photosTooMany: 'Je peux prendre au plus {max} photos, mais j’en ai reçu {given}.',
    photosRefused: 'Il y a des photos que je ne peux pas utiliser :',
    photoEmpty: 'La photo {number} ({name}) est vide.',
    photoTooManyBytes: 'La photo {number} ({name}) est trop lourde : au plus {max} Mo.',
    photoTooManyPixels: 'La photo {number} ({name}) a trop de pixels ({width} × {height}) : au plus {max} millions.',
    photoTooSmall: 'La photo {number} ({name}) est trop petite ({width} × {height}) : au moins {min} × {min} pixels.',
    photoHeic: 'La photo {number} ({name}) est en HEIC, que je ne sais pas lire. Enregistre-la d’abord en JPEG.',
    photoGif: 'La photo {number} ({name}) est un GIF. Il me faut une photo fixe : JPEG, PNG ou WebP.',
    photoAnimated: 'La photo {number} ({name}) est animée. Il me faut une photo fixe.',
    photoSvg: 'La photo {number} ({name}) est un dessin (SVG). Il me faut une photo : JPEG, PNG ou WebP.',
    photoNotAPhoto: 'La photo {number} ({name}) n’est pas une image. Je sais lire JPEG, PNG et WebP.',
    photoOtherFormat:
      'La photo {number} ({name}) est dans un format que je ne sais pas lire ({format}). Je sais lire JPEG, PNG et WebP.',
    photoBroken: 'La photo {number} ({name}) est abîmée ou incomplète.',
    photoUnreadable: 'Je n’ai pas pu récupérer la photo {number} ({name}). Renvoie-la, s’il te plaît.',
    drawingDiverged:
      'L’image a déraillé pendant que je la dessinais. Réessaie avec d’autres mots ou une autre graine, s’il te plaît.',
    trainingDiverged:
      'L’apprentissage a déraillé et je l’ai arrêté. Réessaie, s’il te plaît, peut-être avec d’autres photos.',
    jobNotYours: 'Seule la personne concernée ({person}) ou la modération peut faire cela.',
    pictureGone: 'Cette image n’est plus conservée. Redessine-la d’abord.',
    petAmbiguous: 'Il y en a plusieurs qui s’appellent {name}. Choisis-en un avec l’option pet : {names}',
    shareNoServer: 'Il n’y a pas de serveur ici. Utilise with:channel ou with:person.',
    shareCodeUnknown: 'Je ne connais pas ce code. Un code sert une fois, pendant une semaine ; demandes-en un autre.',
    privateOnly: 'D’autres le verraient ici. Écris-le-moi en privé.',
    optionNotFile: '« {option} » doit être un fichier joint.',
    fileTooLarge: 'Ce fichier est trop gros : au plus {max} Mo.',
    fileUnreadable: 'Ce fichier n’a pas pu être lu, ou il est vide. Envoie-le à nouveau.',
    loraTooLarge: 'Ce fichier LoRA est trop gros pour ce modèle.',
    loraPickle:
      'Ce fichier pourrait exécuter des programmes à l’ouverture (.bin, .pt, .ckpt). Je ne lis que les fichiers safetensors.',
    loraMalformed: 'Ce fichier est abîmé, ou n’est pas un fichier LoRA (.safetensors).',
    loraUnsupported: 'Ce fichier utilise une autre méthode que LoRA, que je ne sais pas lire.',
    loraMismatch: 'Ce fichier LoRA a été fait pour un autre modèle que le mien.',
  },
  kinds: {
    dog: 'chien',
    cat: 'chat',
    rabbit: 'lapin',
    hamster: 'hamster',
    horse: 'cheval',
    bird: 'oiseau',
    parrot: 'perroquet',
    duck: 'canard',
    fish: 'poisson',
    turtle: 'tortue',
    mouse: 'souris',
    fox: 'renard',
    bear: 'ours',
    pig: 'cochon',
    sheep: 'mouton',
    cow: 'vache',
    goat: 'chèvre',
    frog: 'grenouille',
    lizard: 'lézard',
    ferret: 'furet',
    hedgehog: 'hérisson',
    chicken: 'poule',
    monkey: 'singe',
    panda: 'panda',
  },
  web: {
    title: 'Petbooth',
    placeholder: 'Écris une commande, par exemple /help',
    send: 'Envoyer',
    addPhotos: 'Ajouter des photos',
    dropPhotos: 'Dépose les photos ici',
    removePhoto: 'Retirer {name}',
    photosAttached: 'Photos : {count}',
    connecting: 'Connexion…',
    disconnected: 'La connexion est perdue. Je réessaie…',
    download: 'Télécharger',
    close: 'Fermer',
    openPicture: 'Ouvrir l’image',
    onlyYou: 'Visible par toi seulement',
    language: 'Langue',
    guest: 'Invité',
    commandHint: 'Les commandes commencent par une barre oblique. /help les montre.',
    progress: 'Progression : {percent} %',
    messages: 'Messages',
    you: 'Toi',
    bot: 'Petbooth',
    uploadFailed: 'Les photos n’ont pas pu être envoyées. Réessaie, s’il te plaît.',
    uploadTooLarge: 'Ensemble, ces photos sont trop lourdes : au plus {max} Mo.',
  },
});
