import { translationOf } from '#src/core/locale.js';
import * as en from '../en/platforms.js';

export const web = translationOf(en.web, {
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
});

export const discord = translationOf(en.discord, {
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
});

export const telegram = translationOf(en.telegram, {
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
});
