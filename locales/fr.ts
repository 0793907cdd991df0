import { defineLocale } from '#src/core/locale.js';

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
        activity: 'L’objet de la règle : draw (dessiner), train (entraîner) ou share (partager)',
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
  },
  buttons: {
    pet: '{pet}',
    cancel: 'Arrêter',
    again: 'Encore une fois',
    useAnyway: 'Utiliser quand même',
    replacePhotos: 'Remplacer',
    addPhotos: 'Ajouter des photos',
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
    edit: '✏️ Modifier',
    stronger: 'Plus fort',
    weaker: 'Moins fort',
    strip: 'Trois forces',
    morePet: 'Plus de mon animal',
    keepBackground: 'Garder le reste',
    otherMethod: 'Autre méthode',
    correct: '💬 C’est faux',
    undo: 'Revenir en arrière',
    answer: '{answer}',
    knownWords: 'Tous mes mots',
    withoutUnknown: 'Dessiner le reste quand même',
    asDescription: 'Le dessiner comme description entière',
    uncover: 'Dévoiler',
    report: '🚩',
  },
  coach: {
    intro: 'Avant que j’apprenne {pet} : certaines de ces photos pourraient m’induire en erreur.',
    introCount: 'Avant que j’apprenne {pet}, un mot sur le nombre de photos :',
    blurred: 'La photo {number} est floue.',
    moved: 'La photo {number} est bougée, comme si l’appareil s’était déplacé.',
    small: 'La photo {number} est petite ({width} × {height}) : au moins {min} × {min} pixels seraient préférables.',
    nearDuplicate: 'La photo {number} montre presque la même chose que la photo {other}.',
    dark: 'La photo {number} est très sombre.',
    washedOut: 'La photo {number} est délavée : trop de lumière, ou presque pas de contraste.',
    rotated: 'La photo {number} est peut-être couchée : tourne-la et enregistre-la de nouveau.',
    tooFew: 'Photos différentes jusqu’ici : {different}. Il m’en faut au moins {min}.',
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
    covered: 'Masquée : elle est peut-être explicite.',
    coveredUnseen: 'Masquée : je n’ai pas pu la regarder.',
    notShown: 'Pas montrée ici : elle est peut-être explicite.',
    reported:
      '🚩 Signalement : une image demandée par {person}. Probabilité qu’elle soit explicite : {score}. Tous les signalements : /admin audit, dans le salon.',
    queued: '{title} : en attente, place {position}.',
    waitingForAny: '{title} : en attente, car aucune de mes machines ne tourne en ce moment. Ça commencera tout seul.',
    waitingForUpdate:
      '{title} : en attente d’une machine qui sait le faire, car on me met à jour. Ça commencera tout seul.',
    waitingForModel:
      '{title} : en attente d’une machine avec le modèle qu’il faut ; aucune ne tourne en ce moment. Ça commencera tout seul.',
    waitingForMemory:
      '{title} : en attente d’une machine avec assez de mémoire ; aucune ne tourne en ce moment. Ça commencera tout seul.',
    givingWay: '{progress} · laisse passer des demandes plus courtes, puis reprend toute seule',
    started: '{title} : c’est parti.',
    preparing:
      '{bar} {percent} % : je me prépare à apprendre {pet} et dessine d’autres animaux de son espèce pour comparer ({done} sur {total})',
    training: '{bar} {percent} % : j’apprends à connaître {pet}, étape {step} sur {steps}',
    trainingLoss: '{bar} {percent} % : j’apprends à connaître {pet}, étape {step} sur {steps}, erreur {loss} {trend}',
    trained: 'Maintenant, je connais {pet} (ça m’a pris {seconds} s). Essaie : /imagine {pet} surfing a wave',
    trainedSeen: 'J’ai vu sur les photos : « {seen} ». Si c’est faux, appuie sur « {button} ».',
    thread: 'Fil pour {pet}',
    trainedPicture: '{pet}, en dessin après l’apprentissage',
    drawing: '{bar} {percent} % : je dessine « {prompt} », étape {step} sur {steps}',
    withPet: '{pet} : {words}',
    withSeed: '{words}, graine {seed}',
    drawn: '« {prompt} » pour {person}, graine {seed}',
    wordsUnknown: 'Je ne connais pas : {unknown}. Je l’ai laissé de côté. /help words montre ce que je connais.',
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
    fileTextEncoder:
      'Couches de l’encodeur de texte dans ton fichier : {count}. Je les laisse de côté : le dessin peut être un peu différent ici.',
    fileAlphaAssumed:
      'Ton fichier ne dit pas quelle est sa force (alpha) : je prends lora_alpha égal au rang de chaque couche, sans alpha_pattern ni use_rslora. S’il y avait un adapter_config.json, envoie-moi les deux dans un ZIP.',
    fileTrigger: 'Là où tu écris {pet}, je mets les mots avec lesquels ton fichier a appris : « {words} ».',
    fileNoTrigger: 'Ton fichier ne dit pas avec quels mots il a appris. Si tu les connais, écris-les à côté du nom.',
    editingTitle: 'Modification d’une image : « {change} »',
    editLooking: '{bar} {percent} % : je regarde l’image pour « {change} »',
    editInverting: '{bar} {percent} % : je décompose l’image pour « {change} »',
    editing: '{bar} {percent} % : je change « {change} »',
    edited: '« {change} » pour {person}',
    editedAlt: 'L’image après la modification : {change}',
    editBeforeAlt: 'L’image avant la modification : {change}',
    editComparisonAlt: 'Avant et après la modification, côte à côte : {change}',
    editStripAlt: 'L’image avant la modification, puis {count} forces, de la plus faible à la plus grande : {change}',
    editCaption: 'J’ai vu sur l’image : « {caption} ». Si c’est faux, appuie sur « {button} ».',
    editScore: '{percent} % de l’image ont changé ; le reste est comme avant.',
    editChanged: '{percent} % de l’image ont changé.',
    editCached: 'C’était plus rapide, car j’avais déjà décomposé cette image.',
    editPetGone:
      'L’animal de cette image a été oublié, donc je n’ai pas pu la redessiner. Je l’ai traitée comme une photo.',
    editOtherPet: 'Je ne peux dessiner qu’un animal à la fois, donc j’ai traité cette image comme une photo.',
    editDrawnOtherwise:
      'Je n’obtiens plus cette image comme à l’époque ; mon modèle a peut-être changé. Je l’ai traitée comme une photo.',
    editReduced: 'La photo était très grande : le résultat est plus petit, 4096 pixels sur son plus long côté.',
    editLost:
      'J’ai mal réussi à décomposer cette image, donc il a peut-être changé plus de choses que prévu. Dis ce qu’elle montre avec l’option caption, ou appuie sur « Autre méthode ».',
    editLetterboxed: 'La photo est allongée : le modèle l’a vue avec des bords remplis, que j’ai ensuite retirés.',
    editSqueezed: 'Pour le modèle, j’ai comprimé la photo en un carré, puis je l’ai étirée de nouveau.',
    editUnknown:
      'Cette image ne ressemble pas à ce que j’ai appris à dessiner : là où elle change, des détails peuvent se perdre. Pour en perdre moins, appuie sur « {button} ».',
    editNothingChanged: 'Presque rien n’a changé. Appuie sur « {button} », ou nomme autrement ce que montre l’image.',
    editMissed:
      'Je crois que ça n’a pas marché : pour moi, l’image montre maintenant « {seen} ». Appuie sur « {button} », ou nomme autrement ce qu’elle montre.',
    editPartMissed:
      'Je crois que tout n’a pas marché ; il manque ceci : « {part} ». Pour moi, l’image montre maintenant « {seen} ». Appuie sur « {button} », ou demande seulement cette partie.',
  },
  contests: {
    /* Why a contest was called off, after “Called off:” */
    reasons: {
      tooFew: 'il y avait moins de deux participations',
    },
    /* What a picture of several entries shows, for those who do not see it */
    sheets: {
      alt: 'Participations : {list}',
      winnersAlt: 'Gagnants : {list}',
    },
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
    wordsUnknown: 'Je ne connais pas : {unknown}. Je connais : {known}. /help words montre tout.',
    promptEmpty: 'Dis-moi quoi dessiner, par exemple : /imagine Biscuit surfing a wave',
    petUnknown: 'Tu n’as pas d’animal qui s’appelle {name}. /pets montre ceux que je connais.',
    petGone: 'Entre-temps, j’ai oublié l’animal de cette image.',
    petUnshared: 'L’animal de cette image n’est pas partagé avec toi ici.',
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
    questionGone: 'Cette question est trop ancienne. Écris de nouveau la commande.',
    questionNotYours: 'Seule la personne interrogée peut répondre.',
    photosTooFew: 'Il me faut au moins {min} photos, mais j’en ai reçu {given}.',
    photosTooMany: 'Je peux prendre au plus {max} photos, mais j’en ai reçu {given}.',
    photosRefused: 'Il y a des photos que je ne peux pas utiliser :',
    photoEmpty: 'La photo {number} ({name}) est vide.',
    photoTooManyBytes: 'La photo {number} ({name}) est trop lourde : au plus {max} Mo.',
    photoTooManyPixels: 'La photo {number} ({name}) a trop de pixels ({width} × {height}) : au plus {max} millions.',
    photoTooSmall: 'La photo {number} ({name}) est trop petite ({width} × {height}) : au moins {min} × {min} pixels.',
    photoHeic:
      'La photo {number} ({name}) est en HEIC, que je ne sais pas lire. Envoie-la comme photo plutôt que comme fichier, ou fais-en une capture d’écran. Sur un iPhone, Réglages › Appareil photo › Formats › « Le plus compatible » donne du JPEG à l’avenir.',
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
    jobElsewhere: 'Cela a été fait ailleurs, et y reste.',
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
    loraZip:
      'Cette archive ZIP ne me va pas : j’y cherche exactement un fichier .safetensors, et adapter_config.json à côté.',
    loraGitLfs:
      'Ce n’est qu’un pointeur Git LFS, pas le fichier lui-même. Lance `git lfs pull` là où tu l’as eu, et envoie le vrai fichier.',
    loraJson:
      'C’est un fichier JSON, comme adapter_config.json, pas le LoRA lui-même. Envoie-moi le fichier .safetensors qui va avec, ou les deux dans un ZIP.',
    loraTextEncoder:
      'Ce fichier ne change que l’encodeur de texte, que je n’adapte pas. Il m’en faut un qui change l’UNet.',
    loraLayers:
      'Ce fichier adapte aussi des couches que je n’utilise pas ({layers}) ; le résultat ne serait pas le bon.',
    loraRank: 'Ce fichier est de rang {rank}, pour {max} au plus.',
    loraMalformed: 'Ce fichier est abîmé, ou n’est pas un fichier LoRA (.safetensors).',
    loraUnsupported: 'Ce fichier utilise une autre méthode que LoRA, que je ne sais pas lire.',
    loraMismatch: 'Ce fichier LoRA a été fait pour un autre modèle que le mien.',
    editNoPhoto:
      'Je ne vois aucune photo à changer. Réponds à une photo avec /edit, joins-en une, choisis « Modifier cette photo » dans le menu d’un message, ou appuie sur « ✏️ Modifier » sous une de mes images.',
    editNothing: 'Dis-moi quoi changer, par exemple : dog → cat, + a red hat, - collar, snow ×2',
    editSideMissing:
      'Il manque quelque chose. Pour échanger : dog → cat. Pour ajouter : + a red hat. Pour enlever : - collar',
    editArrowsSeveral:
      '« {part} » contient plus d’une flèche. Mets une virgule entre les changements : dog → cat, hat → cap',
    editUnclear:
      '« {part} » peut se lire de plusieurs façons. Écris-le avec des signes : dog → cat, + a red hat, - collar',
    editMixed: 'Je ne comprends pas « {part} » comme un changement. Essaie : dog → cat, + a red hat, - collar, snow ×2',
    editTooMany: 'Je peux faire au plus {max} changements à la fois.',
    editWordsTooLong: 'Un changement peut avoir au plus {max} caractères.',
    editFactor: '« {words} » ×{given}, c’est trop ou trop peu : de {min} à {max}.',
    editWordsMissing:
      'Je ne vois pas « {words} » dans ce que montre l’image : « {caption} ». Prends des mots de là, ou dis ce qu’elle montre avec l’option caption.',
    editWordsTwice:
      '« {words} » apparaît {count} fois dans « {caption} ». Écris plus de mots autour, pour que je sache lequel tu veux dire.',
    editWordsCut: '« {words} » vient après ce que je peux lire d’un coup. Utilise moins de mots.',
    editPetUnnamed: 'Écris {name} là où ton animal doit être, par exemple : dog → {name}',
    editStrongest: 'Plus fort, ce n’est pas possible. Essaie d’autres mots, ou « Autre méthode ».',
    editWeakest: 'Moins fort, ce n’est pas possible.',
    editMostPet: 'Je ne peux pas y mettre plus de ton animal.',
    editDiverged: 'L’image a mal tourné pendant la modification. Réessaie, moins fort ou avec une autre méthode.',
    lookInvalid: 'Dis-moi en quelques mots à quoi ressemble ton animal, p. ex. orange ; {max} caractères au plus.',
    correctNothing: 'Il n’y a encore aucune retouche dont tu pourrais me décrire l’image. Essaie d’abord /edit.',
    petPhotosGone: 'Je n’ai plus les photos de {pet}. Renvoie-les avec /train.',
    photoNotEditable: 'Je ne peux pas changer cette photo :',
    photoTooLong:
      'Cette photo est trop longue et étroite ({width} × {height}) : un côté peut faire au plus {max} fois l’autre. Recadre-la d’abord.',
    photosExplicit: 'Ces photos ne sont pas utilisées ici : l’une d’elles est peut-être explicite.',
    staysCovered: 'Cette image reste masquée : ce que {person} peut dessiner ici a changé depuis.',
    reportsTooMany: 'Tu as signalé beaucoup d’images en peu de temps. Laisse une heure à la modération, s’il te plaît.',
    wordsBlocked: 'Certains de ces mots ne s’utilisent pas ici. Essaie avec d’autres, s’il te plaît.',
    banned: 'La modération t’a interdit de m’utiliser ici.',
    channelClosed: 'Je ne travaille pas dans ce salon. La modération a choisi où je le fais.',
    channelNotAgeRestricted: 'Ici, je ne travaille que dans les salons soumis à une limite d’âge.',
    moderatorsOnly: 'Ici, seuls les modérateurs peuvent faire cela.',
    moderatorsUnknown:
      'Ici, seuls les modérateurs peuvent faire cela, et je n’arrive pas à savoir qui ils sont pour l’instant. Réessaie dans une minute.',
    moderatesChannelOnly:
      'Tu modères seulement ce salon : ici, tu peux arrêter et retirer les images des autres. Les règles sont fixées par qui peut gérer les messages dans tout le serveur.',
    rolesOnly: 'Ici, seuls ces rôles peuvent faire cela : {roles}.',
    quotaReached:
      'Tu as atteint la limite d’ici : {max} par jour. Un jour après chacune, il y a de nouveau de la place.',
    tooFast: 'Ça fait beaucoup d’un coup. Je suis de nouveau à toi dans {seconds} s.',
    stillBusy: 'Je suis encore sur ta dernière demande. Redemande-moi quand la réponse sera là, s’il te plaît.',
    coolingDown: 'Une pause est demandée ici. Réessaie dans {seconds} s.',
    adminIncomplete: 'Il manque à /admin {action} : {options}.',
    adminNoServer: 'En privé, il n’y a rien à modérer. Utilise ceci dans ton serveur ou ton groupe.',
    anonymousAdmin:
      'Tu écris ici au nom du groupe, je ne peux donc pas savoir à qui cela appartiendrait. Désactive « Rester anonyme » dans tes droits d’admin, ou écris-moi en privé.',
    banSelf: 'Tu ne peux pas t’exclure toi-même.',
    ageGateNotHere: 'Ici, les salons n’ont pas de limite d’âge.',
    optionNotPerson:
      '« {option} » doit être une personne : choisis-en une, réponds à un de ses messages, ou donne son numéro (id).',
    optionNotRole: '« {option} » doit être un rôle, et il n’existe pas ici.',
    rulesTooMany: 'Il y a trop de règles de ce genre. Retires-en une d’abord.',
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
    disconnected: 'La connexion est perdue. Je réessaie…',
    download: 'Télécharger',
    close: 'Fermer',
    openPicture: 'Ouvrir l’image',
    language: 'Langue',
    guest: 'Invité',
    commandHint: 'Les commandes commencent par une barre oblique. /help les montre.',
    progress: 'Progression : {percent} %',
    messages: 'Messages',
    you: 'Toi',
    bot: 'Petbooth',
    uploadFailed: 'Les photos n’ont pas pu être envoyées. Réessaie, s’il te plaît.',
    showHidden: 'Cachée ; clique pour la voir',
    uploadTooLarge: 'Ensemble, ces photos sont trop lourdes : au plus {max} Mo.',
  },
  discord: {
    picturesTooLarge: 'Certaines images sont trop lourdes pour ce serveur et ont été laissées de côté.',
    sentInPrivate: 'Cela ne regarde que toi : je te l’ai envoyé en privé.',
    writeInPrivate:
      'Cela ne regarde que toi, et je ne peux pas t’écrire en privé. Autorise les messages privés des membres de ce serveur (ou écris-moi en privé), puis redemande ici.',
    blockedHere:
      'La modération automatique de ce serveur ne me laisse pas montrer cela ici. Ça arrive en privé, si je peux t’écrire.',
    filesForbidden:
      'Je ne peux pas joindre de fichiers ici : il me manque la permission « Joindre des fichiers ». Ça arrive en privé, si je peux t’écrire.',
    menuNoPhotos: 'Il n’y a pas de photos dans ce message.',
    menuNoPets:
      'Tu n’as pas encore d’animaux ici. Apprends-m’en un avec /train, ou avec « Entraîner avec ce message » sur un message avec des photos.',
    menuForgotten: 'C’était il y a trop longtemps. Choisis de nouveau le message.',
    threadOpened: 'Voici le fil. Ce que tu y demandes y reste :',
    threadNotHere: 'Il n’y a pas de fils ici.',
    threadNotYours: 'Tu ne peux pas ouvrir de fils ici.',
    threadForbidden:
      'Je ne peux pas ouvrir de fils ici : il me manque la permission « Créer des fils publics ». Tu peux en ouvrir un ; ce que tu y demandes y reste.',
  },
  telegram: {
    draft: '/{command} {title}\nPhotos reçues : {count}. Envoie-m’en au moins {min}, en photo ou en fichier.',
    draftReady:
      '/{command} {title}\nPhotos reçues : {count}. Envoie-en d’autres, jusqu’à {max}, ou appuie sur « {button} ».',
    draftFull: '/{command} {title}\nPhotos : {count}, je n’en prends pas plus. Appuie sur « {button} ».',
    draftInGroup: 'Dans un groupe, envoie-les en réponse à ce message : je ne vois rien d’autre ici.',
    draftRefused:
      'Cela n’a pas marché. Tes photos sont toujours là : donne un autre nom ou une autre espèce avec /{command}, ou réessaie.',
    draftStarted: '/{command} {title}\nPhotos : {count}. Je m’y mets.',
    draftCancelled: '/{command} {title}\nAnnulé. Rien n’a été gardé.',
    draftReplaced: '/{command} {title}\nTu as commencé autre chose.',
    draftGone: 'C’est terminé. Recommence avec /{command}.',
    notYours: 'Seule la personne qui a demandé peut appuyer ici.',
    tooLate: 'Les photos arrivées après le début ont été laissées de côté.',
    emptied: 'Supprimé. Telegram n’enlève plus les messages aussi anciens, alors je l’ai vidé.',
    picturesForbidden: 'On ne peut pas publier d’images ici.',
    picturesInPrivate: 'On ne peut pas publier d’images ici ; je te les ai envoyées en privé.',
    notCovered:
      'Telegram n’accepte une image de cette taille ou de cette forme qu’en fichier, sans pouvoir le masquer ; je l’ai donc laissée de côté.',
    writeInPrivate:
      '{person}, cela ne regarde que toi. Ouvre une discussion avec moi, appuie sur « Démarrer », puis redemande ici.',
    openPrivate: 'Ouvrir la discussion',
    writeAsYourself:
      'Cela ne regarde que toi, et tant que tu écris au nom du groupe, je ne sais pas qui tu es. Ce que tu as changé est changé ; pour le voir, appelle-moi sous ton nom.',
    ask: '« {option} » manque : {description}. Réponds avec ça.',
    start: 'Entraîner',
    cancel: 'Annuler',
  },
});
