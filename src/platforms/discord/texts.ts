import type { LocaleName } from '#locales/index.js';

interface DiscordTexts {
  /** Beside a result whose pictures are larger than this server takes. */
  readonly picturesTooLarge: string;
  /** In place of what is for one person's eyes only. */
  readonly sentInPrivate: string;
  readonly writeInPrivate: string;
  /** In place of what may not be shown where it was asked for. */
  readonly blockedHere: string;
  readonly filesForbidden: string;
  /** Said when somebody chose a command in the menu of a message. */
  readonly menuNoPhotos: string;
  readonly menuNoPets: string;
  readonly menuForgotten: string;
  /** Followed by the thread. */
  readonly threadOpened: string;
  readonly threadNotHere: string;
  readonly threadNotYours: string;
  readonly threadForbidden: string;
}

export type DiscordTextKey = keyof DiscordTexts;

/** What only this platform has to say. */
export const discordTexts: Readonly<Record<LocaleName, DiscordTexts>> = {
  en: {
    picturesTooLarge: 'Some pictures are too large for this server and were left out.',
    sentInPrivate: 'That is for your eyes only: I have sent it to you in private.',
    writeInPrivate:
      'That is for your eyes only, and I cannot reach you in private. Allow direct messages from members of this server (or write to me in private), then ask again here.',
    blockedHere:
      'The automatic moderation of this server does not let me show this here. It comes in private, if I can reach you there.',
    filesForbidden:
      'I may not attach files here: I need the permission “Attach Files”. It comes in private, if I can reach you there.',
    menuNoPhotos: 'There are no photos in this message.',
    menuNoPets:
      'You have no pets here yet. Teach me one with /train, or with “Train from this message” on a message with photos.',
    menuForgotten: 'That was too long ago. Please choose the message again.',
    threadOpened: 'Here is the thread. Whatever you ask for there stays there:',
    threadNotHere: 'There are no threads here.',
    threadNotYours: 'You may not open threads here.',
    threadForbidden:
      'I may not open threads here: I need the permission “Create Public Threads”. You can open one yourself; whatever you ask for there stays there.',
  },
  de: {
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
  },
  es: {
    picturesTooLarge: 'Algunas imágenes son demasiado grandes para este servidor y se han quedado fuera.',
    sentInPrivate: 'Eso es solo para ti: te lo he enviado en privado.',
    writeInPrivate:
      'Eso es solo para ti, y no puedo escribirte en privado. Permite los mensajes directos de miembros de este servidor (o escríbeme en privado) y vuelve a pedirlo aquí.',
    blockedHere:
      'La moderación automática de este servidor no me deja mostrar esto aquí. Te llega en privado, si puedo escribirte.',
    filesForbidden:
      'No puedo adjuntar archivos aquí: me falta el permiso «Adjuntar archivos». Te llega en privado, si puedo escribirte.',
    menuNoPhotos: 'En este mensaje no hay fotos.',
    menuNoPets:
      'Aún no tienes mascotas aquí. Enséñame una con /train, o con «Entrenar con este mensaje» en un mensaje con fotos.',
    menuForgotten: 'Ha pasado demasiado tiempo. Elige el mensaje otra vez.',
    threadOpened: 'Aquí está el hilo. Lo que pidas allí se queda allí:',
    threadNotHere: 'Aquí no hay hilos.',
    threadNotYours: 'No tienes permiso para abrir hilos aquí.',
    threadForbidden:
      'No puedo abrir hilos aquí: me falta el permiso «Crear hilos públicos». Puedes abrir uno tú; lo que pidas allí se queda allí.',
  },
  fr: {
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
  ja: {
    picturesTooLarge: '一部の絵は、このサーバーには大きすぎるため省きました。',
    sentInPrivate: 'あなただけに見せるものなので、個別のメッセージで送りました。',
    writeInPrivate:
      'あなただけに見せるものですが、個別のメッセージを送れません。このサーバーのメンバーからのダイレクトメッセージを許可するか、私に直接メッセージを送ってから、ここでもう一度頼んでください。',
    blockedHere:
      'このサーバーの自動モデレーションにより、ここでは表示できません。届けられる場合は個人チャットでお送りします。',
    filesForbidden:
      'ここではファイルを添付できません。「ファイルを添付」の権限が必要です。届けられる場合は個人チャットでお送りします。',
    menuNoPhotos: 'このメッセージには写真がありません。',
    menuNoPets:
      'ここにはまだペットがいません。/train か、写真のあるメッセージの「このメッセージから学習」で教えてください。',
    menuForgotten: '時間が経ちすぎました。もう一度メッセージを選んでください。',
    threadOpened: 'スレッドはこちらです。そこで頼んだものはそこに残ります:',
    threadNotHere: 'ここではスレッドを使えません。',
    threadNotYours: 'ここでスレッドを作る権限がありません。',
    threadForbidden:
      'ここではスレッドを作れません。「公開スレッドの作成」の権限が必要です。自分で作ることもできます。そこで頼んだものはそこに残ります。',
  },
  'pt-BR': {
    picturesTooLarge: 'Algumas imagens são grandes demais para este servidor e ficaram de fora.',
    sentInPrivate: 'Isso é só para você: enviei em particular.',
    writeInPrivate:
      'Isso é só para você, e não consigo escrever para você em particular. Permita mensagens diretas de membros deste servidor (ou escreva para mim em particular) e peça de novo aqui.',
    blockedHere:
      'A moderação automática deste servidor não me deixa mostrar isso aqui. Chega em particular, se eu puder falar com você.',
    filesForbidden:
      'Não posso anexar arquivos aqui: falta a permissão “Anexar arquivos”. Chega em particular, se eu puder falar com você.',
    menuNoPhotos: 'Não há fotos nesta mensagem.',
    menuNoPets:
      'Você ainda não tem pets aqui. Ensine um com /train, ou com “Treinar com esta mensagem” em uma mensagem com fotos.',
    menuForgotten: 'Faz tempo demais. Escolha a mensagem de novo.',
    threadOpened: 'Aqui está o tópico. O que você pedir lá fica lá:',
    threadNotHere: 'Aqui não há tópicos.',
    threadNotYours: 'Você não pode abrir tópicos aqui.',
    threadForbidden:
      'Não posso abrir tópicos aqui: falta a permissão “Criar tópicos públicos”. Você pode abrir um; o que pedir lá fica lá.',
  },
};
