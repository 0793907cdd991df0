import { translationOf } from '#src/core/locale.js';
import { commands as en } from '../en/commands.js';

export const commands = translationOf(en, {
  start: {
    description: 'Dar um oi e explicar como funciona',
    options: {},
    replies: {
      hello:
        'Oi, {name}! Envie pelo menos três fotos do seu bichinho com /train e eu aprendo como ele é. Depois, /imagine desenha seu bichinho onde você quiser. /help mostra tudo.',
    },
  },
  help: {
    description: 'O que eu sei fazer',
    options: {
      about: 'words: todas as palavras que conheço',
    },
    choices: {
      words: 'Todas as minhas palavras',
    },
    replies: {
      words: 'Estas são as palavras que conheço:',
      anyWords: 'Leio qualquer palavra em inglês; não há uma lista.',
      wordGroup: '{words}',
      title: 'Isto é o que eu sei fazer:',
      line: '/{command}: {description}',
      privacy:
        'Neste grupo só vejo comandos, respostas às minhas mensagens e, quando o Telegram me mostra, mensagens que citam meu nome: é o modo de privacidade do Telegram. Quem me administra pode desativá-lo no @BotFather com /setprivacy; mesmo assim não escuto mais nada.',
      example:
        'Por exemplo: /train Biscuit kind:cachorro com fotos do Biscuit e depois /imagine Biscuit surfing a wave',
    },
  },
  train: {
    description: 'Me apresente seu bichinho com 3 a 20 fotos',
    menu: 'Treinar com esta mensagem',
    options: {
      name: 'Como seu bichinho se chama',
      kind: 'Que animal ele é, por exemplo cachorro ou gato',
      photos: 'Pelo menos 3 fotos em que só apareça o seu bichinho',
    },
    replies: {
      queued: 'Vou aprender como é {pet} com as suas fotos ({photos}). Lugar na fila: {position}.',
    },
  },
  pets: {
    description: 'Ver, compartilhar, renomear, exportar ou esquecer meus pets',
    options: {
      forget: 'Nome do bichinho que devo esquecer, com tudo o que aprendi sobre ele',
      rename: 'Nome do animal que deve se chamar de outro jeito',
      to: 'O novo nome desse animal',
      share: 'Nome do pet que outros também podem desenhar',
      with: 'Com quem: channel (se você não disser), server ou person',
      unshare: 'Nome do pet que só você poderá desenhar',
      accept: 'Um código que alguém deu para você desenhar o pet dele',
      export: 'Nome do pet cujo arquivo LoRA você quer',
    },
    choices: {
      channel: 'Este canal',
      server: 'Este servidor',
      person: 'Uma pessoa, com um código',
    },
    replies: {
      none: 'Você ainda não tem bichinhos aqui. Me apresente um com /train.',
      list: 'Seus bichinhos:',
      line: '{name} ({kind}), com o que aprendi em {photos} fotos',
      forgotten: 'Já esqueci {name}.',
      renamed: '{name} agora se chama {to}.',
      picture: 'O que aprendi sobre {name}',
      invited:
        'Dê este código a outra pessoa: com /pets accept:{code} ela poderá desenhar {name}. Vale uma vez, por uma semana.',
      sharedWithChannel: 'Agora todos neste canal podem desenhar {name}. /pets unshare:{name} encerra isso.',
      sharedWithServer: 'Agora todos neste servidor podem desenhar {name}. /pets unshare:{name} encerra isso.',
      unshared: 'Agora só você pode desenhar {name}. Compartilhamentos encerrados: {count}.',
      accepted: 'Agora você pode desenhar {name} de {person}. Tente: /imagine {name} surfing a wave',
      exported: 'O que aprendi sobre {name}, como arquivo LoRA para Stable Diffusion. /import o traz de volta.',
      sharedLine: '{name} ({kind}), compartilhado por {person}',
      importedLine: '{name} ({kind}), de um arquivo',
    },
  },
  imagine: {
    description: 'Desenhar uma imagem; diga o nome do seu bichinho e ele aparece nela',
    menu: 'Desenhar este pet',
    options: {
      prompt: 'O que devo desenhar, em inglês, por exemplo Biscuit surfing a wave',
      count: 'Quantas imagens, de 1 a 4',
      seed: 'Um número; com o mesmo número e as mesmas palavras sai de novo a mesma imagem',
      without: 'O que não deve aparecer na imagem',
      pet: 'Qual dos seus bichinhos, se as palavras não disserem o nome',
    },
    replies: {
      queued: 'Vou desenhar “{prompt}”. Lugar na fila: {position}.',
    },
  },
  edit: {
    description: 'Mudar algo em uma foto: responda a ela com isto ou anexe a foto',
    menu: 'Editar esta foto',
    options: {
      change: 'O que mudar, p. ex. dog → cat, + a red hat, - collar, snow ×2; palavras em inglês',
      photo: 'A foto que deve mudar',
      caption: 'O que a foto mostra, em inglês, se eu não devo descobrir sozinho',
      strength: 'Quanto pode mudar, de 1 a 5; se não disser, 3',
      strip: 'sim: três intensidades em volta dessa, em uma imagem',
      keep: 'sim: tudo o que você não citar fica como está',
      method: 'Como eu desmonto a foto; se não disser, eu escolho',
      pet: 'Qual dos seus bichinhos, se vários têm esse nome',
      likeness: 'Quanto do seu bichinho entra na imagem, de 0 a 2; se não disser, 1',
      job: 'Um dos meus resultados, no lugar de uma foto',
      number: 'Qual imagem desse resultado; 0: a de antes da edição',
      seed: 'Um número; só importa com o método edit-friendly',
    },
    choices: {
      direct: 'Direto: rápido, e exato onde nada muda',
      ddim: 'DDIM: básico',
      'negative-prompt': 'Prompt negativo: básico e rápido',
      proximal: 'Proximal: mantém mais da imagem',
      'null-text': 'Texto nulo: lento e caprichado',
      'edit-friendly': 'Edit-friendly: com ruído, para mudanças maiores',
      diffedit: 'DiffEdit: acha sozinho onde mudar',
      'plug-and-play': 'Plug-and-play: mantém as formas, muda a aparência',
      'pix2pix-zero': 'Pix2pix-zero: guia em vez de substituir; lento',
    },
    replies: {
      queued: 'Vou mudar a imagem: “{change}”. Lugar na fila: {position}.',
    },
  },
  again: {
    description: 'Desenhar a última imagem de novo, para ver o que sai agora',
    options: {
      job: 'Qual repetir; se você não disser, a última',
    },
    replies: {
      queued: 'Vou desenhar “{prompt}” de novo. Lugar na fila: {position}.',
    },
  },
  queue: {
    description: 'Mostrar o que estou fazendo para você',
    options: {},
    replies: {
      empty: 'Você não tem nada esperando.',
      list: 'Seus pedidos:',
      training: '{position}. Aprender como é {title}',
      drawing: '{position}. Desenhar “{title}”',
      editing: '{position}. Mudando uma imagem: “{title}”',
      upscaling: '{position}. Ampliando “{title}”',
      importing: '{position}. Importando {title}',
    },
  },
  settings: {
    description: 'Escolha seu idioma',
    options: {
      language: 'Idioma: auto segue o aplicativo; ou en, de, es, fr, ja, pt-BR',
    },
    choices: {
      auto: 'Como no aplicativo',
    },
    replies: {
      chosen: 'Vou responder em português.',
      automatic: 'Respondo no idioma do seu aplicativo, agora português. /settings language:de muda isso.',
    },
  },
  cancel: {
    description: 'Parar o que estou fazendo para você',
    options: {
      job: 'Qual pedido parar; se você não disser, todos os seus',
    },
    replies: {
      nothing: 'Você não tem nada para parar.',
      stopped: 'Estou parando.',
      stoppedAll: 'Estou parando todos os {count} pedidos.',
    },
  },
  coach: {
    replies: {
      forgotten: 'As fotos de {pet} foram esquecidas.',
      replace:
        'Guardo por um dia as fotos boas de {pet} ({kept}). Envie outras no lugar de {numbers}, com: /train name:{pet} kind:{kind}',
      add: 'Guardo por um dia as fotos de {pet} ({kept}). Envie mais, com: /train name:{pet} kind:{kind}',
    },
  },
  vary: {
    description: 'Desenhar uma imagem de novo com outras palavras',
    options: {
      prompt: 'As novas palavras; o acaso e os ajustes continuam iguais',
      job: 'Qual mudar; a última se você não disser',
    },
    replies: {
      queued: 'Vou desenhar de novo como “{prompt}”. Lugar na fila: {position}.',
    },
  },
  info: {
    replies: {
      settings: 'Foi assim que “{prompt}” foi desenhado:',
      numbers: 'Semente {seed}, passos {steps}, orientação {guidance}, imagens {count}',
      without: 'Sem: {words}',
      time: 'Levou {seconds} s.',
      repeat: 'O mesmo de novo: {command}',
      pet: 'Pet: {pet}',
      edited: 'A imagem foi mudada assim: “{change}”',
      editWords: 'Antes: “{caption}”. Depois: “{target}”.',
      editNumbers:
        'Método {method}, intensidade {strengths}, passos {steps}, orientação {guidance}, semelhança {petStrength}',
      editScores: 'Fidelidade do modelo {decibels} dB, efeito {scores}, avaliações do modelo {evaluations}',
      editAttention:
        'Atenção mantida: cruzada {cross}, autoatenção {self} a partir do nível {level}, alinhamento {alignment}',
      editBlend: 'Mudanças só em volta de: {words}, limiar {threshold}',
      editSubtract: 'Mantido onde aparece: {words}',
      editLetterboxed: 'Enquadramento: preenchido até um quadrado',
      editSqueezed: 'Enquadramento: apertado em um quadrado',
      editReduced: 'Foto: reduzida a 4096 pixels no lado mais longo',
      editRepeat: 'A mesma coisa de novo: /edit {change} {settings}',
    },
  },
  choose: {
    replies: {
      which: 'De qual {name} você está falando?',
      whichWords: 'Não conheço: {unknown}. Conheço: {known}. Você quer dizer outra coisa?',
      whichRest: 'Não conheço: {unknown}. O que eu faço?',
      whichEdit: '“{part}” pode querer dizer várias coisas. O que eu faço?',
    },
  },
  pick: {
    replies: {
      picked: 'Imagem {number} de “{prompt}” para {person}',
      pickedEdit: '“{change}” para {person}, intensidade {strength}',
    },
  },
  upscale: {
    replies: {
      queued: 'Vou ampliar “{prompt}”. Lugar na fila: {position}.',
    },
  },
  adjust: {
    replies: {
      queued: 'Vou mudá-la de um jeito um pouco diferente: “{change}”. Lugar na fila: {position}.',
    },
  },
  correct: {
    description: 'Diga o que uma imagem mostra de verdade, ou como é seu pet, e eu faço de novo',
    options: {
      words: 'O que a imagem mostra ou como é o pet, ex.: a white cat in a garden',
      job: 'Qual resultado; a última edição se você não disser',
    },
    replies: {
      queued: 'Vou fazer de novo com o que você vê: “{words}”. Lugar na fila: {position}.',
    },
  },
  undo: {
    replies: {
      undone: 'Esta é a imagem antes de “{change}”.',
    },
  },
  remove: {
    replies: {
      removed: 'Foi apagado.',
      removedButEntered:
        'Aqui foi apagada. A inscrição no concurso guarda a imagem; /contest withdraw também a retira.',
      gone: 'Já tinha sido apagado.',
      outOfReach:
        'Apaguei o que eu guardava. A mensagem continua aí, porque não posso mais apagá-la aqui: quem gerencia as mensagens deste lugar pode.',
    },
  },
  import: {
    description: 'Trazer um pet aprendido em outro lugar, como arquivo LoRA',
    options: {
      name: 'Como o pet se chama',
      kind: 'Que tipo de animal é, p. ex. cachorro ou gato',
      file: 'O arquivo LoRA (.safetensors, ou em um ZIP), para o modelo que uso',
    },
    replies: {
      queued: 'Vou olhar o arquivo de {pet}. Lugar na fila: {position}.',
    },
  },
  mydata: {
    description: 'Levar ou apagar tudo o que guardo sobre você',
    options: {
      action: 'export: receber em arquivos; delete: apagar tudo',
    },
    choices: {
      export: 'Levar tudo',
      delete: 'Apagar tudo',
    },
    replies: {
      confirm:
        'Isso para suas tarefas e apaga de vez seus pets, fotos, imagens e ajustes aqui. O que foi publicado nas conversas fica lá.',
      deleted: 'Tudo sobre você foi apagado aqui.',
      exported:
        'Tudo o que guardo sobre você. Arquivos: {count}. Apago minhas cópias assim que você os tiver, no máximo depois de um dia.',
    },
  },
  uncover: { replies: { uncovered: 'A imagem está descoberta.' } },
  report: {
    replies: {
      reported: 'Obrigado, os moderadores já sabem.',
      reportedUnseen:
        'Obrigado. Anotei para os moderadores, mas não consegui avisar nenhum deles agora; eles verão com /admin audit.',
      reportedBefore: 'Você já avisou os moderadores.',
    },
  },
  admin: {
    description: 'Para moderadores: quem pode fazer o quê aqui, quanto e onde',
    options: {
      action: 'O que fazer: ver as regras, mudar uma delas ou ver o que os moderadores fizeram',
      activity: 'Do que trata a regra: draw (desenhar), train (treinar), share (compartilhar) ou enter (concorrer)',
      who: 'Com allow: everyone (todos) ou só moderators',
      role: 'Com allow e limit: o cargo para o qual vale',
      per_day: 'Com limit: quantas vezes por dia; 0 é sem limite',
      cool_down: 'Com limit: segundos entre uma e outra; 0 é nenhum',
      here: 'Com channel: only, never, spoiler ou normal aqui; adults ou all_ages em todo lugar',
      pictures: 'Para pictures: o que acontece com imagens explícitas neste canal: off, cover ou refuse',
      person: 'Com ban e unban: quem; no Telegram, responda a uma mensagem da pessoa',
    },
    choices: {
      show: 'Ver as regras',
      allow: 'Quem pode',
      limit: 'Quanto',
      channel: 'Onde',
      pictures: 'Imagens explícitas',
      off: 'Mostrar',
      cover: 'Cobrir',
      refuse: 'Não mostrar',
      ban: 'Banir alguém',
      unban: 'Desfazer um banimento',
      audit: 'O que os moderadores fizeram',
      draw: 'Desenhar',
      train: 'Treinar',
      share: 'Compartilhar',
      enter: 'Participar de concursos',
      everyone: 'Todos',
      moderators: 'Só moderadores',
      only: 'Trabalho aqui e não em outros',
      never: 'Não trabalho aqui',
      spoiler: 'Aqui as imagens ficam escondidas',
      normal: 'Sem regra para este canal',
      adults: 'Só canais com restrição de idade',
      all_ages: 'Também canais para todas as idades',
    },
    replies: {
      none: 'Aqui não há regras: todos podem fazer tudo em todo lugar.',
      rules: 'As regras daqui:',
      changed: 'Pronto. As regras daqui agora:',
      draw: 'Desenhar',
      train: 'Treinar',
      share: 'Compartilhar',
      enter: 'Participar de concursos',
      everybody: 'todos',
      moderators: '{activity}: só moderadores',
      roles: '{activity}: só {roles}',
      perDay: '{activity}, {role}: no máximo {count} por dia',
      coolDown: '{activity}, {role}: {seconds} s entre uma e outra vez',
      only: 'Trabalho neste canal, e em nenhum sem esta regra.',
      never: 'Não trabalho neste canal.',
      spoiler: 'As imagens deste canal ficam escondidas até alguém clicar nelas.',
      picturesOff: 'Imagens explícitas são mostradas neste canal.',
      picturesCover: 'Imagens explícitas são cobertas neste canal.',
      picturesRefuse: 'Imagens explícitas não são mostradas neste canal.',
      elsewhere: 'Outros canais com regras próprias: {count}',
      ageGated: 'Só trabalho em canais com restrição de idade.',
      banned: 'Banidos: {names}',
      unbanned: 'Não mais banidos: {names}',
      audit: 'O que os moderadores fizeram, do mais novo ao mais antigo:',
      auditEmpty: 'Nenhum moderador fez nada aqui ainda.',
      auditLine: '{date} {moderator}: {line}',
      auditRemoved: '{date} {moderator}: apagou uma imagem de {person}',
      auditStopped: '{date} {moderator}: parou uma tarefa de {person}',
      auditUncovered: '{date} {moderator}: descobriu uma imagem de {person} (explícita: {score})',
      auditReported: '{date} {moderator}: 🚩 denunciou uma imagem de {person} (explícita: {score})',
    },
  },
});
