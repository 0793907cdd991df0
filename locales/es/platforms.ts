import { translationOf } from '#src/core/locale.js';
import * as en from '../en/platforms.js';

export const web = translationOf(en.web, {
  title: 'Petbooth',
  placeholder: 'Escribe un comando, p. ej. /help',
  send: 'Enviar',
  addPhotos: 'Añadir fotos',
  dropPhotos: 'Suelta las fotos aquí',
  removePhoto: 'Quitar {name}',
  photosAttached: 'Fotos: {count}',
  disconnected: 'Se ha perdido la conexión. Vuelvo a intentarlo…',
  download: 'Descargar',
  close: 'Cerrar',
  openPicture: 'Abrir la imagen',
  language: 'Idioma',
  guest: 'Invitado',
  commandHint: 'Los comandos empiezan con una barra. /help los muestra.',
  progress: 'Progreso: {percent} %',
  messages: 'Mensajes',
  you: 'Tú',
  bot: 'Petbooth',
  uploadFailed: 'No se han podido enviar las fotos. Inténtalo de nuevo, por favor.',
  showHidden: 'Oculta; haz clic para verla',
  uploadTooLarge: 'Estas fotos juntas pesan demasiado: como máximo {max} MB.',
});

export const discord = translationOf(en.discord, {
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
});

export const telegram = translationOf(en.telegram, {
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
  writeInPrivate: '{person}, eso es solo para ti. Abre un chat conmigo, pulsa «Iniciar» allí y vuelve a pedirlo aquí.',
  openPrivate: 'Abrir chat',
  writeAsYourself:
    'Eso es solo para ti, y mientras escribas como el grupo no sé quién eres. Lo que cambiaste queda cambiado; para verlo, llámame con tu nombre.',
  ask: 'Falta «{option}»: {description}. Responde con ello.',
  start: 'Entrenar',
  cancel: 'Cancelar',
});
