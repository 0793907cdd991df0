import { translationOf } from '#src/core/locale.js';
import * as en from '../en/platforms.js';

export const web = translationOf(en.web, {
  title: 'Petbooth',
  placeholder: 'Escreva um comando, por exemplo /help',
  send: 'Enviar',
  addPhotos: 'Adicionar fotos',
  dropPhotos: 'Solte as fotos aqui',
  removePhoto: 'Remover {name}',
  photosAttached: 'Fotos: {count}',
  disconnected: 'A conexão caiu. Tentando de novo…',
  download: 'Baixar',
  close: 'Fechar',
  openPicture: 'Abrir a imagem',
  language: 'Idioma',
  guest: 'Visitante',
  commandHint: 'Os comandos começam com uma barra. /help mostra todos.',
  progress: 'Progresso: {percent}%',
  messages: 'Mensagens',
  you: 'Você',
  bot: 'Petbooth',
  uploadFailed: 'Não foi possível enviar as fotos. Tente de novo, por favor.',
  showHidden: 'Escondida; clique para ver',
  uploadTooLarge: 'Estas fotos juntas são pesadas demais: no máximo {max} MB.',
});

export const discord = translationOf(en.discord, {
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
});

export const telegram = translationOf(en.telegram, {
  draft: '/{command} {title}\nFotos até agora: {count}. Envie pelo menos {min}, como foto ou como arquivo.',
  draftReady: '/{command} {title}\nFotos até agora: {count}. Envie mais, até {max}, ou toque em “{button}”.',
  draftFull: '/{command} {title}\nFotos: {count}, não aceito mais. Toque em “{button}”.',
  draftInGroup: 'Em um grupo, envie como resposta a esta mensagem: não vejo mais nada do que se escreve aqui.',
  draftRefused: 'Não deu certo. Suas fotos continuam aqui: dê outro nome ou espécie com /{command}, ou tente de novo.',
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
});
