import { translationOf } from '#src/core/locale.js';
import * as en from '../en/platforms.js';

export const web = translationOf(en.web, {
  title: 'Petbooth',
  placeholder: 'Schreib einen Befehl, z. B. /help',
  send: 'Senden',
  addPhotos: 'Fotos hinzufügen',
  dropPhotos: 'Fotos hier ablegen',
  removePhoto: '{name} entfernen',
  photosAttached: 'Fotos: {count}',
  disconnected: 'Die Verbindung ist weg. Ich versuche es wieder…',
  download: 'Herunterladen',
  close: 'Schließen',
  openPicture: 'Bild öffnen',
  language: 'Sprache',
  guest: 'Gast',
  commandHint: 'Befehle beginnen mit einem Schrägstrich. /help zeigt sie.',
  progress: 'Fortschritt: {percent} %',
  messages: 'Nachrichten',
  you: 'Du',
  bot: 'Petbooth',
  uploadFailed: 'Die Fotos konnten nicht gesendet werden. Bitte versuch es noch einmal.',
  showHidden: 'Verdeckt; anklicken, um es zu sehen',
  uploadTooLarge: 'Diese Fotos sind zusammen zu groß: höchstens {max} MB.',
});

export const discord = translationOf(en.discord, {
  picturesTooLarge: 'Einige Bilder sind für diesen Server zu groß und fehlen hier.',
  sentInPrivate: 'Das ist nur für deine Augen: Ich habe es dir privat geschickt.',
  writeInPrivate:
    'Das ist nur für deine Augen, und privat erreiche ich dich nicht. Erlaub Direktnachrichten von Mitgliedern dieses Servers (oder schreib mir privat), dann frag hier noch einmal.',
  blockedHere:
    'Die automatische Moderation dieses Servers lässt mich das hier nicht zeigen. Es kommt privat, wenn ich dich dort erreiche.',
  filesForbidden:
    'Ich darf hier keine Dateien anhängen: mir fehlt das Recht „Dateien anhängen“. Es kommt privat, wenn ich dich dort erreiche.',
  menuNoPhotos: 'In dieser Nachricht sind keine Fotos.',
  menuNoPets:
    'Du hast hier noch keine Tiere. Bring mir eins bei mit /train, oder mit „Aus dieser Nachricht lernen“ auf einer Nachricht mit Fotos.',
  menuForgotten: 'Das ist zu lange her. Bitte wähl die Nachricht noch einmal.',
  threadOpened: 'Hier ist der Thread. Was du dort verlangst, bleibt dort:',
  threadNotHere: 'Hier gibt es keine Threads.',
  threadNotYours: 'Du darfst hier keine Threads öffnen.',
  threadForbidden:
    'Ich darf hier keine Threads öffnen: mir fehlt das Recht „Öffentliche Threads erstellen“. Du kannst selbst einen öffnen; was du dort verlangst, bleibt dort.',
});

export const telegram = translationOf(en.telegram, {
  draft: '/{command} {title}\nFotos bisher: {count}. Schick mir mindestens {min}, als Foto oder als Datei.',
  draftReady: '/{command} {title}\nFotos bisher: {count}. Schick mehr, bis zu {max}, oder drück auf „{button}“.',
  draftFull: '/{command} {title}\nFotos: {count}, mehr nehme ich nicht. Drück auf „{button}“.',
  draftInGroup: 'In einer Gruppe schick sie als Antwort auf diese Nachricht: anderes sehe ich hier nicht.',
  draftRefused:
    'Das ging nicht. Deine Fotos sind noch da: Gib mit /{command} einen anderen Namen oder eine andere Art an, oder versuch es noch einmal.',
  draftStarted: '/{command} {title}\nFotos: {count}. Ich mache mich daran.',
  draftCancelled: '/{command} {title}\nAbgebrochen. Nichts wurde behalten.',
  draftReplaced: '/{command} {title}\nDu hast etwas anderes angefangen.',
  draftGone: 'Das ist vorbei. Fang mit /{command} neu an.',
  notYours: 'Das kann nur drücken, wer gefragt hat.',
  tooLate: 'Fotos, die nach dem Start kamen, blieben weg.',
  emptied: 'Gelöscht. Telegram entfernt so alte Nachrichten nicht mehr, darum habe ich sie geleert.',
  picturesForbidden: 'Bilder dürfen hier nicht gepostet werden.',
  picturesInPrivate: 'Bilder dürfen hier nicht gepostet werden; ich habe sie dir privat geschickt.',
  notCovered:
    'Ein Bild dieser Größe oder Form nimmt Telegram nur als Datei, die es nicht verdecken kann; darum habe ich es weggelassen.',
  writeInPrivate:
    '{person}, das ist nur für deine Augen. Öffne einen Chat mit mir, drück dort auf „Start“ und frag hier noch einmal.',
  openPrivate: 'Chat öffnen',
  writeAsYourself:
    'Das ist nur für deine Augen, und solange du als Gruppe schreibst, weiß ich nicht, wer du bist. Was du geändert hast, gilt; um es zu sehen, ruf mich unter deinem Namen.',
  ask: '„{option}“ fehlt: {description}. Antworte damit.',
  start: 'Trainieren',
  cancel: 'Abbrechen',
});
