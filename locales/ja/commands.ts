import { translationOf } from '#src/core/locale.js';
import { commands as en } from '../en/commands.js';

export const commands = translationOf(en, {
  start: {
    description: 'あいさつと使い方の案内',
    options: {},
    replies: {
      hello:
        '{name} さん、こんにちは！まず /train でペットの写真を 3 枚以上送ってください。どんな子か覚えます。そのあとは /imagine で、好きな場所にいる姿を描けます。できることの一覧は /help で見られます。',
    },
  },
  help: {
    description: 'できることの一覧',
    options: {
      about: 'words: 知っている単語をすべて表示',
    },
    choices: {
      words: '知っている単語',
    },
    replies: {
      words: '知っている単語はこちらです:',
      anyWords: '英語の単語なら何でも読めるので、一覧はありません。',
      wordGroup: '{words}',
      title: 'できること:',
      line: '/{command}: {description}',
      privacy:
        'このグループで私に見えるのは、コマンド、私のメッセージへの返信、そしてTelegramが見せてくれる範囲で私の名前を含むメッセージだけです。これはTelegramのプライバシーモードによるものです。運営者は@BotFatherの /setprivacy で解除できますが、その場合もほかの会話は聞きません。',
      example: '例: Biscuit の写真を付けて /train Biscuit kind:犬 と送り、そのあと /imagine Biscuit surfing a wave',
    },
  },
  train: {
    description: '写真 3〜20 枚でペットを覚えさせる',
    menu: 'このメッセージから学習',
    options: {
      name: 'ペットの名前',
      kind: '動物の種類（例: 犬、猫）',
      photos: 'ペットだけが写っている写真を 3 枚以上',
    },
    replies: {
      queued: '送ってもらった写真（{photos} 枚）で {pet} を覚えます。順番：{position}。',
    },
  },
  pets: {
    description: 'ペットの一覧、共有、改名、書き出し、削除',
    options: {
      forget: '忘れてほしいペットの名前（覚えたこともすべて消えます）',
      rename: '名前を変えるペットの今の名前',
      to: 'そのペットの新しい名前',
      share: 'ほかの人にも描いてもらうペットの名前',
      with: '共有する相手：channel（省略時）、server、person',
      unshare: 'これからは自分だけが描くペットの名前',
      accept: 'ほかの人のペットを描くためにもらったコード',
      export: 'LoRA ファイルがほしいペットの名前',
    },
    choices: {
      channel: 'このチャンネル',
      server: 'このサーバー',
      person: 'コードで一人と',
    },
    replies: {
      none: 'まだペットがいません。/train で教えてください。',
      list: 'あなたのペット:',
      line: '{name}（{kind}）、写真 {photos} 枚で覚えました',
      forgotten: '{name} のことは忘れました。',
      renamed: '{name}の名前は{to}になりました。',
      picture: '{name} について覚えたこと',
      invited:
        'このコードを一人に渡してください。/pets accept:{code} と入力すると {name} を描けます。一回だけ、一週間有効です。',
      sharedWithChannel:
        'このチャンネルのみんなが {name} を描けるようになりました。/pets unshare:{name} で終わります。',
      sharedWithServer: 'このサーバーのみんなが {name} を描けるようになりました。/pets unshare:{name} で終わります。',
      unshared: '{name} を描けるのはあなただけになりました。終わった共有：{count}。',
      accepted: '{person} さんの {name} を描けるようになりました。お試しください：/imagine {name} surfing a wave',
      exported: '{name} について覚えたことの LoRA ファイル（Stable Diffusion 用）です。/import で戻せます。',
      sharedLine: '{name}（{kind}）、{person} さんと共有',
      importedLine: '{name}（{kind}）、ファイルから',
    },
  },
  imagine: {
    description: '絵を描く（ペットの名前を入れると、その子が登場）',
    menu: 'このペットを描く',
    options: {
      prompt: '描いてほしいもの（英語で。例: Biscuit surfing a wave）',
      count: '枚数（1〜4）',
      seed: '数値。同じ数値と同じ言葉なら、同じ絵になります',
      without: '絵に入れたくないもの',
      pet: 'どのペットを描くか（言葉の中に名前がないとき）',
    },
    replies: {
      queued: '「{prompt}」を描きます。順番：{position}。',
    },
  },
  edit: {
    description: '写真の一部を変える（写真に返信するか、写真を添付）',
    menu: 'この写真を編集',
    options: {
      change: '変えたいこと（英語で。例: dog → cat, + a red hat, - collar, snow ×2）',
      photo: '変えたい写真',
      caption: '写真に写っているもの（英語で。省略すると自分で調べます）',
      strength: '変える強さ（1〜5）。省略すると 3',
      strip: 'はい: その前後を含む三つの強さを一枚の画像に',
      keep: 'はい: 指定したもの以外はそのまま残します',
      method: '写真の分解のしかた。省略すると自動で選びます',
      pet: '同じ名前のペットが何匹かいるとき、どの子か',
      likeness: 'ペットらしさの強さ（0〜2）。省略すると 1',
      job: '写真の代わりに使う、これまでの結果',
      number: 'その結果の何枚目か。0 は編集前の画像',
      seed: '数値。方法が edit-friendly のときだけ意味があります',
    },
    choices: {
      direct: 'Direct: 速く、変えない所は正確',
      ddim: 'DDIM: 基本の方法',
      'negative-prompt': 'ネガティブプロンプト: 簡単で速い',
      proximal: 'Proximal: 元の画像をより多く残す',
      'null-text': 'ヌルテキスト: 遅いが丁寧',
      'edit-friendly': 'Edit-friendly: ノイズを使い、大きな変更向き',
      diffedit: 'DiffEdit: 変える場所を自動で見つける',
      'plug-and-play': 'Plug-and-play: 形を残して見た目を変える',
      'pix2pix-zero': 'Pix2pix-zero: 置き換えずに導く。時間がかかります',
    },
    replies: {
      queued: '画像を変えます:「{change}」。順番待ち: {position} 番目。',
    },
  },
  again: {
    description: '最後の絵をもう一度、違う仕上がりで描く',
    options: {
      job: 'どの絵をもう一度描くか（指定しなければ最後の絵）',
    },
    replies: {
      queued: '「{prompt}」をもう一度描きます。順番：{position}。',
    },
  },
  queue: {
    description: 'いま進めている作業を見る',
    options: {},
    replies: {
      empty: '順番待ちのお願いはありません。',
      list: 'あなたのお願い:',
      training: '{position}. {title} を覚える',
      drawing: '{position}. 「{title}」を描く',
      editing: '{position}. 画像の編集中:「{title}」',
      upscaling: '{position}. 「{title}」を拡大中',
      importing: '{position}. {title} を取り込み中',
    },
  },
  settings: {
    description: '言語を選びます',
    options: {
      language: '言語: auto はアプリに合わせます。または en, de, es, fr, ja, pt-BR',
    },
    choices: {
      auto: 'アプリに合わせる',
    },
    replies: {
      chosen: 'これから日本語で答えます。',
      automatic: 'アプリの言語（今は日本語）で答えています。/settings language:de で変えられます。',
    },
  },
  cancel: {
    description: 'いま進めている作業を中止する',
    options: {
      job: 'どのお願いを中止するか（指定しなければすべて）',
    },
    replies: {
      nothing: '中止できるものはありません。',
      stopped: '中止します。',
      stoppedAll: '{count} 件すべて中止します。',
    },
  },
  coach: {
    replies: {
      forgotten: '{pet} の写真を忘れました。',
      replace:
        '{pet} のよい写真（{kept} 枚）は一日だけ取っておきます。{numbers} 番の代わりの写真を次のコマンドで送ってください: /train name:{pet} kind:{kind}',
      add: '{pet} の写真（{kept} 枚）は一日だけ取っておきます。追加の写真を次のコマンドで送ってください: /train name:{pet} kind:{kind}',
    },
  },
  vary: {
    description: '言葉を変えて、もう一度描きます',
    options: {
      prompt: '新しい言葉。乱数と設定はそのままです',
      job: 'どれを変えるか。省略すると最後のもの',
    },
    replies: {
      queued: '「{prompt}」として描き直します。順番：{position}。',
    },
  },
  info: {
    replies: {
      settings: '「{prompt}」の設定：',
      numbers: 'シード {seed}、ステップ {steps}、ガイダンス {guidance}、枚数 {count}',
      without: '除くもの：{words}',
      time: '所要時間：{seconds} 秒',
      repeat: '同じものをもう一度：{command}',
      pet: 'ペット：{pet}',
      edited: 'この画像の編集内容:「{change}」',
      editWords: '編集前:「{caption}」。編集後:「{target}」。',
      editNumbers:
        '方法 {method}、強さ {strengths}、ステップ数 {steps}、ガイダンス {guidance}、ペットらしさ {petStrength}',
      editScores: 'モデルの再現度 {decibels} dB、効果 {scores}、モデルの評価回数 {evaluations}',
      editAttention: '保ったアテンション: クロス {cross}、セルフ {self}（レベル {level} から）、対応付け {alignment}',
      editBlend: '変えた範囲: {words} の周りだけ、しきい値 {threshold}',
      editSubtract: '残した範囲: {words} の所',
      editLetterboxed: '枠: 端を埋めて正方形に',
      editSqueezed: '枠: 縮めて正方形に',
      editReduced: '写真: 長辺 4096 ピクセルに縮小',
      editRepeat: '同じ編集をもう一度: /edit {change} {settings}',
    },
  },
  choose: {
    replies: {
      which: 'どの{name}のことですか？',
      whichWords: '知らない言葉です: {unknown}。知っている言葉: {known}。別のもののことですか？',
      whichRest: '知らない言葉です: {unknown}。どうしましょうか？',
      whichEdit: '「{part}」は何通りかの意味に取れます。どうしましょうか？',
    },
  },
  pick: {
    replies: {
      picked: '「{prompt}」の {number} 枚目（{person} さん）',
      pickedEdit: '{person} さんへの「{change}」、強さ {strength}',
    },
  },
  upscale: {
    replies: {
      queued: '「{prompt}」を拡大します。順番：{position}。',
    },
  },
  adjust: {
    replies: {
      queued: '少し違うやり方で変えます:「{change}」。順番待ち: {position} 番目。',
    },
  },
  correct: {
    description: '画像に本当に写っているもの、またはペットの見た目を教えると、やり直します',
    options: {
      words: '写っているもの、またはペットの見た目（例: a white cat in a garden）',
      job: 'どの結果か。省略すると最後の編集',
    },
    replies: {
      queued: '教えてもらった内容でやり直します:「{words}」。順番：{position}。',
    },
  },
  undo: {
    replies: {
      undone: '「{change}」の前の画像です。',
    },
  },
  remove: {
    replies: {
      removed: '削除しました。',
      removedButEntered:
        'ここからは消しました。コンテストへの応募には画像が残ります。/contest withdraw で取り下げられます。',
      gone: 'すでに削除されています。',
      outOfReach:
        '保存していた分は削除しました。ここではもうメッセージを削除できないため、残っています。メッセージを管理できる人なら削除できます。',
    },
  },
  import: {
    description: 'ほかで学習したペットを LoRA ファイルで取り込みます',
    options: {
      name: 'ペットの名前',
      kind: '動物の種類。例：犬、猫',
      file: 'LoRA ファイル（.safetensors、ZIP でも可）。使用中のモデル用のもの',
    },
    replies: {
      queued: '{pet} のファイルを確かめます。順番：{position}。',
    },
  },
  mydata: {
    description: '保存されているあなたのデータを受け取る、または消す',
    options: {
      action: 'export：まとめて受け取る、delete：すべて消す',
    },
    choices: {
      export: 'すべて受け取る',
      delete: 'すべて削除する',
    },
    replies: {
      confirm: '作業を止め、ペット、写真、画像、設定をここから完全に消します。チャットに投稿された画像は残ります。',
      deleted: 'あなたに関するデータはすべて消しました。',
      exported:
        '保存されているあなたのデータです。ファイル数：{count}。受け取りが済むと(遅くとも一日後に)こちらの控えは削除されます。',
    },
  },
  uncover: { replies: { uncovered: '画像を表示しました。' } },
  report: {
    replies: {
      reported: 'ありがとうございます。モデレーターに伝えました。',
      reportedUnseen:
        'ありがとうございます。モデレーターのために記録しましたが、今は誰にも連絡できませんでした。/admin audit で確認できます。',
      reportedBefore: 'すでにモデレーターに伝えてあります。',
    },
  },
  admin: {
    description: 'モデレーター用:ここで誰が何を、どれだけ、どこでできるかを決める',
    options: {
      action: 'すること:ルールを見る、変える、モデレーターの記録を見る',
      activity: '何についてのルールか:draw(描く)、train(学習)、share(共有)、enter(応募)',
      who: 'allow 用:everyone(全員)か moderators のみ',
      role: 'allow と limit 用:対象のロール',
      per_day: 'limit 用:1日の回数。0 は無制限',
      cool_down: 'limit 用:次までの秒数。0 は待ち時間なし',
      here: 'channel 用:ここでは only、never、spoiler、normal。全体では adults、all_ages',
      pictures: 'pictures のとき：このチャンネルで露骨な画像をどうするか（off、cover、refuse）',
      person: 'ban と unban 用:相手。Telegram ではその人のメッセージに返信',
    },
    choices: {
      show: 'ルールを見る',
      allow: '誰ができるか',
      limit: 'どれだけできるか',
      channel: 'どこでできるか',
      pictures: '露骨な画像',
      off: '表示する',
      cover: '隠す',
      refuse: '表示しない',
      ban: '利用を禁止する',
      unban: '禁止を解く',
      audit: 'モデレーターの記録',
      draw: '描く',
      train: '学習',
      share: '共有',
      enter: 'コンテストへの応募',
      everyone: '全員',
      moderators: 'モデレーターのみ',
      only: 'ここだけで動く',
      never: 'ここでは動かない',
      spoiler: 'ここでは絵を隠す',
      normal: 'このチャンネルのルールなし',
      adults: '年齢制限のあるチャンネルのみ',
      all_ages: '全年齢のチャンネルも',
    },
    replies: {
      none: 'ここにルールはありません。誰でも、どこでも、何でもできます。',
      rules: 'ここのルール:',
      changed: '変更しました。今のルール:',
      draw: '描く',
      train: '学習',
      share: '共有',
      enter: 'コンテストへの応募',
      everybody: '全員',
      moderators: '{activity}:モデレーターのみ',
      roles: '{activity}:{roles} のみ',
      perDay: '{activity}、{role}:1日 {count} 回まで',
      coolDown: '{activity}、{role}:次まで {seconds} 秒',
      only: 'このチャンネルと、同じルールのあるチャンネルでだけ動きます。',
      never: 'このチャンネルでは動きません。',
      spoiler: 'このチャンネルの絵は、クリックするまで隠れています。',
      picturesOff: 'このチャンネルでは露骨な画像も表示します。',
      picturesCover: 'このチャンネルでは露骨な画像を隠します。',
      picturesRefuse: 'このチャンネルでは露骨な画像を表示しません。',
      elsewhere: '独自のルールがある他のチャンネル:{count}',
      ageGated: '年齢制限のあるチャンネルでだけ動きます。',
      banned: '利用禁止:{names}',
      unbanned: '利用禁止を解除:{names}',
      audit: 'モデレーターの記録(新しい順):',
      auditEmpty: 'ここではまだ、モデレーターは何もしていません。',
      auditLine: '{date} {moderator}:{line}',
      auditRemoved: '{date} {moderator}:{person} の絵を削除',
      auditStopped: '{date} {moderator}:{person} の作業を停止',
      auditUncovered: '{date} {moderator}：{person} さんの画像を表示（露骨：{score}）',
      auditReported: '{date} {moderator}：🚩 {person} さんの画像を報告（露骨：{score}）',
    },
  },
});
