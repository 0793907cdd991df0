import { translationOf } from '#src/core/locale.js';
import * as en from '../en/platforms.js';

export const web = translationOf(en.web, {
  title: 'Petbooth',
  placeholder: 'コマンドを入力（例: /help）',
  send: '送信',
  addPhotos: '写真を追加',
  dropPhotos: 'ここに写真をドロップ',
  removePhoto: '{name} を取り除く',
  photosAttached: '写真: {count} 枚',
  disconnected: '接続が切れました。つなぎ直しています…',
  download: 'ダウンロード',
  close: '閉じる',
  openPicture: '絵を開く',
  language: '言語',
  guest: 'ゲスト',
  commandHint: 'コマンドはスラッシュで始まります。一覧は /help で見られます。',
  progress: '進み具合: {percent}%',
  messages: 'メッセージ',
  you: 'あなた',
  bot: 'Petbooth',
  uploadFailed: '写真を送れませんでした。もう一度試してください。',
  showHidden: '隠れています。クリックで表示',
  uploadTooLarge: '写真の合計サイズが大きすぎます。{max} MB までです。',
});

export const discord = translationOf(en.discord, {
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
});

export const telegram = translationOf(en.telegram, {
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
});
