import { defineLocale } from '#src/locale.js';

export const es = defineLocale({
  language: 'Español',
  commands: {
    start: {
      description: 'Saludar y explicar cómo funciona esto',
      options: {},
      replies: {
        hello:
          '¡Hola, {name}! Envíame al menos tres fotos de tu mascota con /train y aprenderé cómo es. Después, /imagine la dibuja donde quieras. /help te lo muestra todo.',
      },
    },
    help: {
      description: 'Qué sé hacer',
      options: {},
      replies: {
        title: 'Esto es lo que sé hacer:',
        line: '/{command}: {description}',
        privacy:
          'En este grupo solo veo comandos, respuestas a mis mensajes y, donde Telegram me los muestra, mensajes que me nombran: es el modo de privacidad de Telegram. Quien me administra puede desactivarlo en @BotFather con /setprivacy; aun así no escucho nada más.',
        example: 'Por ejemplo: /train Biscuit kind:perro con fotos de Biscuit y luego /imagine Biscuit surfing a wave',
      },
    },
    train: {
      description: 'Preséntame a tu mascota con 3 a 20 fotos',
      menu: 'Entrenar con este mensaje',
      options: {
        name: 'Cómo se llama tu mascota',
        kind: 'Qué animal es, p. ej. perro o gato',
        photos: 'Al menos 3 fotos en las que solo se vea a tu mascota',
      },
      replies: {
        queued: 'Voy a aprender cómo es {pet} con tus fotos ({photos}). Lugar en la cola: {position}.',
      },
    },
    pets: {
      description: 'Mostrar mis mascotas u olvidar una',
      options: {
        forget: 'Nombre de la mascota que debo olvidar, con todo lo aprendido sobre ella',
        rename: 'Nombre de la mascota que debe llamarse de otro modo',
        to: 'El nuevo nombre de esa mascota',
      },
      replies: {
        none: 'Aún no tienes mascotas aquí. Preséntame a una con /train.',
        list: 'Tus mascotas:',
        line: '{name} ({kind}), con lo aprendido de {photos} fotos',
        forgotten: 'Ya he olvidado a {name}.',
        renamed: '{name} se llama ahora {to}.',
        picture: 'Lo que he aprendido sobre {name}',
      },
    },
    imagine: {
      description: 'Dibujar una imagen; nombra a tu mascota y aparecerá en ella',
      menu: 'Dibujar esta mascota',
      options: {
        prompt: 'Qué debo dibujar, en inglés, p. ej. Biscuit surfing a wave',
        count: 'Cuántas imágenes, de 1 a 4',
        seed: 'Un número; con el mismo número y las mismas palabras sale otra vez la misma imagen',
        without: 'Qué no debe aparecer en la imagen',
        pet: 'Cuál de tus mascotas, si las palabras no la nombran',
      },
      replies: {
        queued: 'Voy a dibujar «{prompt}». Lugar en la cola: {position}.',
      },
    },
    again: {
      description: 'Dibujar otra vez la última imagen, a ver qué sale ahora',
      options: {
        job: 'Cuál repetir; si no dices nada, la última',
      },
      replies: {
        queued: 'Voy a dibujar «{prompt}» otra vez. Lugar en la cola: {position}.',
      },
    },
    queue: {
      description: 'Mostrar qué estoy haciendo para ti',
      options: {},
      replies: {
        empty: 'No tienes nada en espera.',
        list: 'Tus encargos:',
        training: '{position}. Aprender cómo es {title}',
        drawing: '{position}. Dibujar «{title}»',
      },
    },
    settings: {
      description: 'Elige tu idioma',
      options: {
        language: 'Idioma: auto sigue a la aplicación; o en, de, es, fr, ja, pt-BR',
      },
      replies: {
        chosen: 'Te responderé en español.',
        automatic: 'Te respondo en el idioma de tu aplicación, ahora español. /settings language:de lo cambia.',
      },
    },
    cancel: {
      description: 'Detener lo que estoy haciendo para ti',
      options: {
        job: 'Qué encargo detener; si no dices nada, todos los tuyos',
      },
      replies: {
        nothing: 'No tienes nada que detener.',
        stopped: 'Lo estoy deteniendo.',
        stoppedAll: 'Estoy deteniendo los {count} encargos.',
      },
    },
    coach: {
      replies: {
        forgotten: 'Las fotos de {pet} están olvidadas.',
        replace:
          'Guardo un día las fotos buenas de {pet} ({kept}). Envía otras en lugar de {numbers}, con: /train name:{pet} kind:{kind}',
      },
    },
  },
  buttons: {
    cancel: 'Detener',
    again: 'Otra vez',
    useAnyway: 'Usar de todos modos',
    replacePhotos: 'Reemplazar',
    forgetPhotos: 'Cancelar',
  },
  coach: {
    intro: 'Antes de aprender a {pet}: algunas de estas fotos podrían enseñarme algo equivocado.',
    blurred: 'La foto {number} está borrosa.',
    moved: 'La foto {number} está movida, como si la cámara se hubiera desplazado.',
    small: 'La foto {number} es pequeña ({width} × {height}): mejor al menos {min} × {min} píxeles.',
    nearDuplicate: 'La foto {number} muestra casi lo mismo que la foto {other}.',
    dark: 'La foto {number} es muy oscura.',
    washedOut: 'La foto {number} está descolorida: demasiada luz o casi sin contraste.',
    rotated: 'Puede que la foto {number} esté tumbada: gírala y guárdala otra vez.',
    tooFew: 'Son {different} fotos distintas, y necesito al menos {min}.',
    tooMany: 'Son {given} fotos en total, y puedo aceptar como máximo {max}: las últimas se quedan fuera.',
    sheetAlt: 'Tus fotos ({count}) con números; las dudosas llevan marco',
  },
  delivery: {
    queued: '{title}: en espera, lugar {position}.',
    started: '{title}: empezando.',
    preparing:
      '{bar} {percent} %: preparándome para aprender a {pet}, dibujo otros de su especie para comparar ({done} de {total})',
    training: '{bar} {percent} %: aprendiendo cómo es {pet}, paso {step} de {steps}',
    trainingLoss: '{bar} {percent} %: aprendiendo cómo es {pet}, paso {step} de {steps}, error {loss} {trend}',
    trained: 'Ya sé cómo es {pet} (he tardado {seconds} s). Prueba: /imagine {pet} surfing a wave',
    thread: 'Hilo para {pet}',
    trainedPicture: '{pet}, en un dibujo hecho tras el aprendizaje',
    drawing: '{bar} {percent} %: dibujando «{prompt}»',
    drawn: '«{prompt}» para {person}, semilla {seed}',
    promptCut: 'Era más de lo que puedo leer de una vez: el final de tu texto se ha quedado fuera.',
    drawnPicture: 'Imagen {number}: {prompt}',
    cancelled: '{title}: detenido.',
    failed: '{title}: algo ha fallado por mi parte. Ha quedado anotado; inténtalo de nuevo más tarde, por favor.',
    learningTitle: 'Aprender cómo es {pet}',
    drawingTitle: '«{prompt}»',
  },
  errors: {
    fault: 'Algo ha fallado por mi parte. Ha quedado anotado; inténtalo de nuevo más tarde, por favor.',
    serviceUnavailable:
      'Ahora mismo no puedo aceptar encargos porque mi cola no responde. No se ha perdido nada; inténtalo de nuevo en un minuto, por favor.',
    storageFull:
      'Ya no tengo espacio para guardar archivos. Quien se ocupa de mí ya lo sabe; inténtalo de nuevo más tarde, por favor.',
    buttonBroken: 'Este botón ya no funciona.',
    commandUnknown: 'No conozco /{command}. /help muestra lo que sé hacer.',
    optionUnknown: '/{command} no tiene ninguna opción «{option}».',
    optionMissing: 'Falta «{option}»: {description}.',
    optionNotText: '«{option}» tiene que ser un texto.',
    optionNotNumber: '«{option}» tiene que ser un número, pero es «{given}».',
    optionNotInteger: '«{option}» tiene que ser un número entero, pero es «{given}».',
    optionNotBoolean: '«{option}» tiene que ser sí o no, pero es «{given}».',
    optionNotPhotos: '«{option}» tienen que ser fotos.',
    optionTooSmall: '«{option}» tiene que ser como mínimo {min}, pero es {given}.',
    optionTooLarge: '«{option}» puede ser como máximo {max}, pero es {given}.',
    optionTooShort: '«{option}» debe tener al menos {min} caracteres.',
    optionTooLong: '«{option}» puede tener como máximo {max} caracteres, pero tiene {given}.',
    optionNotAChoice: '«{option}» tiene que ser una de estas opciones: {choices}.',
    promptEmpty: 'Dime qué debo dibujar, por ejemplo: /imagine Biscuit surfing a wave',
    petUnknown: 'No tienes ninguna mascota que se llame {name}. /pets muestra las que conozco.',
    petGone: 'Entretanto he olvidado a la mascota de esta imagen.',
    renameIncomplete:
      'Para cambiar el nombre de una mascota, dime los dos nombres, por ejemplo: /pets rename:Biscuit to:Cookie',
    petExists:
      'Ya tienes una mascota que se llama {name}. Elige otro nombre o pídeme antes que la olvide con /pets forget:{name}',
    petBeingTrained: 'Ya estoy aprendiendo cómo es una mascota que se llama {name}. /queue muestra cómo va.',
    petNameInvalid:
      '«{name}» no puede ser el nombre de una mascota. Usa de 1 a 32 letras, cifras, espacios, guiones o apóstrofos, con al menos una letra.',
    petNameIsKind:
      '«{name}» es un tipo de animal. Dime cómo se llama el tuyo, para que pueda distinguirlo de todos los demás.',
    petsTooMany: 'Ya tienes {max} mascotas, que es el límite. Pídeme antes que olvide una con /pets.',
    petsSeveral: 'Solo puedo dibujar una mascota a la vez, pero tu texto nombra a {names}.',
    kindInvalid:
      '«{kind}» no es un animal que yo entienda. Usa una sola palabra, por ejemplo perro, gato o conejo; para otros animales, escríbela en inglés.',
    queueFullForYou: 'Ya tienes {max} encargos sin terminar. Espera a que acabe uno o detén alguno con /cancel.',
    queueFull: 'Ahora mismo hay demasiada gente pidiéndome cosas. Inténtalo de nuevo en unos minutos, por favor.',
    jobUnknown: 'No conozco ese encargo tuyo, o es demasiado antiguo.',
    nothingToRepeat: 'Todavía no tienes ninguna imagen que repetir.',
    draftGone: 'Esto ya está decidido o es demasiado antiguo. Envía las fotos otra vez con /train.',
    draftNotYours: 'Solo puede decidirlo quien envió estas fotos.',
    photosTooFew: 'Necesito al menos {min} fotos, pero he recibido {given}.',
    photosTooMany: 'Puedo aceptar como máximo {max} fotos, pero he recibido {given}.',
    photosRefused: 'Hay fotos que no puedo usar:',
    photoEmpty: 'La foto {number} ({name}) está vacía.',
    photoTooManyBytes: 'La foto {number} ({name}) pesa demasiado: como máximo {max} MB.',
    photoTooManyPixels:
      'La foto {number} ({name}) tiene demasiados píxeles ({width} × {height}): como máximo {max} millones.',
    photoTooSmall:
      'La foto {number} ({name}) es demasiado pequeña ({width} × {height}): como mínimo {min} × {min} píxeles.',
    photoHeic: 'La foto {number} ({name}) es HEIC, que no puedo leer. Guárdala antes como JPEG.',
    photoGif: 'La foto {number} ({name}) es un GIF. Necesito una foto fija: JPEG, PNG o WebP.',
    photoAnimated: 'La foto {number} ({name}) está animada. Necesito una foto fija.',
    photoSvg: 'La foto {number} ({name}) es un dibujo (SVG). Necesito una foto: JPEG, PNG o WebP.',
    photoNotAPhoto: 'La foto {number} ({name}) no es una imagen. Puedo leer JPEG, PNG y WebP.',
    photoOtherFormat:
      'La foto {number} ({name}) está en un formato que no puedo leer ({format}). Puedo leer JPEG, PNG y WebP.',
    photoBroken: 'La foto {number} ({name}) está dañada o incompleta.',
    photoUnreadable: 'No he podido descargar la foto {number} ({name}). Envíala otra vez, por favor.',
    drawingDiverged:
      'La imagen se ha echado a perder mientras la dibujaba. Inténtalo de nuevo con otras palabras u otra semilla, por favor.',
    trainingDiverged:
      'El aprendizaje se ha torcido y lo he detenido. Inténtalo de nuevo, por favor, quizá con otras fotos.',
  },
  kinds: {
    dog: 'perro',
    cat: 'gato',
    rabbit: 'conejo',
    hamster: 'hámster',
    horse: 'caballo',
    bird: 'pájaro',
    parrot: 'loro',
    duck: 'pato',
    fish: 'pez',
    turtle: 'tortuga',
    mouse: 'ratón',
    fox: 'zorro',
    bear: 'oso',
    pig: 'cerdo',
    sheep: 'oveja',
    cow: 'vaca',
    goat: 'cabra',
    frog: 'rana',
    lizard: 'lagarto',
    ferret: 'hurón',
    hedgehog: 'erizo',
    chicken: 'gallina',
    monkey: 'mono',
    panda: 'panda',
  },
  web: {
    title: 'Petbooth',
    placeholder: 'Escribe un comando, p. ej. /help',
    send: 'Enviar',
    addPhotos: 'Añadir fotos',
    dropPhotos: 'Suelta las fotos aquí',
    removePhoto: 'Quitar {name}',
    photosAttached: 'Fotos: {count}',
    connecting: 'Conectando…',
    disconnected: 'Se ha perdido la conexión. Vuelvo a intentarlo…',
    download: 'Descargar',
    close: 'Cerrar',
    openPicture: 'Abrir la imagen',
    onlyYou: 'Solo tú ves esto',
    language: 'Idioma',
    guest: 'Invitado',
    commandHint: 'Los comandos empiezan con una barra. /help los muestra.',
    progress: 'Progreso: {percent} %',
    messages: 'Mensajes',
    you: 'Tú',
    bot: 'Petbooth',
    uploadFailed: 'No se han podido enviar las fotos. Inténtalo de nuevo, por favor.',
    uploadTooLarge: 'Estas fotos juntas pesan demasiado: como máximo {max} MB.',
  },
});
