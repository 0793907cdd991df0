import { defaultLocale } from '#locales/index.js';

/** What only this platform says. A {word} in braces is a parameter. */
interface Texts {
  readonly draft: string;
  readonly draftReady: string;
  readonly draftFull: string;
  readonly draftInGroup: string;
  readonly draftRefused: string;
  readonly draftStarted: string;
  readonly draftCancelled: string;
  readonly draftReplaced: string;
  readonly draftGone: string;
  readonly notYours: string;
  readonly tooLate: string;
  readonly emptied: string;
  readonly ask: string;
  readonly picturesForbidden: string;
  readonly picturesInPrivate: string;
  /** Of a picture that has to be hidden. */
  readonly notCovered: string;
  /** In place of what is for one person's eyes only. */
  readonly writeInPrivate: string;
  readonly openPrivate: string;
  readonly writeAsYourself: string;
  readonly start: string;
  readonly cancel: string;
}

const texts: Readonly<Record<string, Texts>> = {
  en: {
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
    notCovered:
      'Telegram takes a picture of this size or shape only as a file, which it cannot cover, so I left it out.',
    writeInPrivate:
      '{person}, that is for your eyes only. Open a chat with me, press “Start” there, and ask again here.',
    openPrivate: 'Open a chat',
    writeAsYourself:
      'That is for your eyes only, and while you write as the group I cannot tell who you are. What you changed is changed; to see it, call me as yourself.',
    ask: '“{option}” is missing: {description}. Reply with it.',
    start: 'Train',
    cancel: 'Cancel',
  },
  de: {
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
  },
  es: {
    draft: '/{command} {title}\nFotos hasta ahora: {count}. Envíame al menos {min}, como foto o como archivo.',
    draftReady: '/{command} {title}\nFotos hasta ahora: {count}. Envía más, hasta {max}, o pulsa «{button}».',
    draftFull: '/{command} {title}\nFotos: {count}, no acepto más. Pulsa «{button}».',
    draftInGroup: 'En un grupo, envíalas como respuesta a este mensaje: no veo nada más de lo que se escribe aquí.',
    draftRefused:
      'No ha funcionado. Tus fotos siguen aquí: da otro nombre o especie con /{command}, o inténtalo de nuevo.',
    draftStarted: '/{command} {title}\nFotos: {count}. Me pongo a ello.',
    draftCancelled: '/{command} {title}\nCancelado. No se ha guardado nada.',
    draftReplaced: '/{command} {title}\nHas empezado otra cosa.',
    draftGone: 'Esto ha terminado. Empieza de nuevo con /{command}.',
    notYours: 'Solo puede pulsarlo quien lo pidió.',
    tooLate: 'Las fotos que llegaron después del inicio se quedaron fuera.',
    emptied: 'Borrado. Era demasiado antiguo para que Telegram lo quitara, así que lo he vaciado.',
    picturesForbidden: 'Aquí no se pueden publicar imágenes.',
    picturesInPrivate: 'Aquí no se pueden publicar imágenes; te las he enviado en privado.',
    notCovered:
      'Telegram solo acepta una imagen de este tamaño o forma como archivo, y no puede taparlo; por eso la he dejado fuera.',
    writeInPrivate:
      '{person}, eso es solo para ti. Abre un chat conmigo, pulsa «Iniciar» allí y vuelve a pedirlo aquí.',
    openPrivate: 'Abrir chat',
    writeAsYourself:
      'Eso es solo para ti, y mientras escribas como el grupo no sé quién eres. Lo que cambiaste queda cambiado; para verlo, llámame con tu nombre.',
    ask: 'Falta «{option}»: {description}. Responde con ello.',
    start: 'Entrenar',
    cancel: 'Cancelar',
  },
  fr: {
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
  ja: {
    draft: '/{command} {title}\n受け取った写真: {count} 枚。写真またはファイルで {min} 枚以上送ってください。',
    draftReady:
      '/{command} {title}\n受け取った写真: {count} 枚。{max} 枚まで追加できます。よければ「{button}」を押してください。',
    draftFull: '/{command} {title}\n写真: {count} 枚。これが上限です。「{button}」を押してください。',
    draftInGroup: 'グループでは、このメッセージへの返信として送ってください。それ以外の発言は見えません。',
    draftRefused:
      'うまくいきませんでした。写真は残っています。/{command} で別の名前や種類を指定するか、もう一度試してください。',
    draftStarted: '/{command} {title}\n写真: {count} 枚。取りかかります。',
    draftCancelled: '/{command} {title}\n中止しました。何も保存していません。',
    draftReplaced: '/{command} {title}\n別の操作が始まりました。',
    draftGone: 'これは終わっています。/{command} からやり直してください。',
    notYours: '頼んだ本人だけが押せます。',
    tooLate: '開始後に届いた写真は使いませんでした。',
    emptied: '削除しました。古すぎて Telegram からは消せないため、中身を空にしました。',
    picturesForbidden: 'ここでは画像を投稿できません。',
    picturesInPrivate: 'ここでは画像を投稿できないため、個別のチャットに送りました。',
    notCovered: 'この大きさや形の画像は、Telegram ではファイルとしてしか送れず、隠すこともできないため、省きました。',
    writeInPrivate:
      '{person}さんだけに見せるものです。私との個別チャットを開いて「スタート」を押してから、ここでもう一度頼んでください。',
    openPrivate: 'チャットを開く',
    writeAsYourself:
      'あなただけに見せるものですが、グループとして書いている間は誰なのか分かりません。変更は反映されています。見るには、ご自分の名前で呼んでください。',
    ask: '「{option}」がありません: {description}。返信で教えてください。',
    start: '学習する',
    cancel: 'やめる',
  },
  'pt-BR': {
    draft: '/{command} {title}\nFotos até agora: {count}. Envie pelo menos {min}, como foto ou como arquivo.',
    draftReady: '/{command} {title}\nFotos até agora: {count}. Envie mais, até {max}, ou toque em “{button}”.',
    draftFull: '/{command} {title}\nFotos: {count}, não aceito mais. Toque em “{button}”.',
    draftInGroup: 'Em um grupo, envie como resposta a esta mensagem: não vejo mais nada do que se escreve aqui.',
    draftRefused:
      'Não deu certo. Suas fotos continuam aqui: dê outro nome ou espécie com /{command}, ou tente de novo.',
    draftStarted: '/{command} {title}\nFotos: {count}. Já vou começar.',
    draftCancelled: '/{command} {title}\nCancelado. Nada foi guardado.',
    draftReplaced: '/{command} {title}\nVocê começou outra coisa.',
    draftGone: 'Isto acabou. Comece de novo com /{command}.',
    notYours: 'Só quem pediu pode tocar aqui.',
    tooLate: 'As fotos que chegaram depois do início ficaram de fora.',
    emptied: 'Apagado. Era antigo demais para o Telegram remover, então eu a esvaziei.',
    picturesForbidden: 'Aqui não se podem publicar imagens.',
    picturesInPrivate: 'Aqui não se podem publicar imagens; enviei-as para você em particular.',
    notCovered:
      'O Telegram só aceita uma imagem deste tamanho ou formato como arquivo, que ele não consegue cobrir; por isso a deixei de fora.',
    writeInPrivate: '{person}, isso é só para você. Abra uma conversa comigo, toque em “Iniciar” e peça de novo aqui.',
    openPrivate: 'Abrir conversa',
    writeAsYourself:
      'Isso é só para você, e enquanto você escreve como o grupo não sei quem é. O que você mudou está mudado; para ver, me chame com o seu nome.',
    ask: 'Falta “{option}”: {description}. Responda com isso.',
    start: 'Treinar',
    cancel: 'Cancelar',
  },
};

export type TelegramTextKey = keyof Texts;

export function say(
  locale: string,
  key: TelegramTextKey,
  params: Readonly<Record<string, string | number>> = {},
): string {
  const source = (texts[locale] ?? texts[defaultLocale]!)[key];
  return source.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
}

export const telegramTexts = texts;
