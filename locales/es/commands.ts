import { translationOf } from '#src/core/locale.js';
import { commands as en } from '../en/commands.js';

export const commands = translationOf(en, {
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
    options: {
      about: 'words: todas las palabras que conozco',
    },
    choices: {
      words: 'Todas mis palabras',
    },
    replies: {
      words: 'Estas son las palabras que conozco:',
      anyWords: 'Leo cualquier palabra inglesa; no hay una lista.',
      wordGroup: '{words}',
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
    description: 'Ver, compartir, renombrar, exportar u olvidar mis mascotas',
    options: {
      forget: 'Nombre de la mascota que debo olvidar, con todo lo aprendido sobre ella',
      rename: 'Nombre de la mascota que debe llamarse de otro modo',
      to: 'El nuevo nombre de esa mascota',
      share: 'Nombre de la mascota que otros también pueden dibujar',
      with: 'Con quién: channel (si no lo indicas), server o person',
      unshare: 'Nombre de la mascota que solo tú podrás dibujar',
      accept: 'Un código que te dieron para dibujar su mascota',
      export: 'Nombre de la mascota cuyo archivo LoRA quieres',
    },
    choices: {
      channel: 'Este canal',
      server: 'Este servidor',
      person: 'Una persona, con un código',
    },
    replies: {
      none: 'Aún no tienes mascotas aquí. Preséntame a una con /train.',
      list: 'Tus mascotas:',
      line: '{name} ({kind}), con lo aprendido de {photos} fotos',
      forgotten: 'Ya he olvidado a {name}.',
      renamed: '{name} se llama ahora {to}.',
      picture: 'Lo que he aprendido sobre {name}',
      invited:
        'Da este código a otra persona: con /pets accept:{code} podrá dibujar a {name}. Sirve una vez, durante una semana.',
      sharedWithChannel: 'Ahora todos en este canal pueden dibujar a {name}. /pets unshare:{name} lo termina.',
      sharedWithServer: 'Ahora todos en este servidor pueden dibujar a {name}. /pets unshare:{name} lo termina.',
      unshared: 'Ahora solo tú puedes dibujar a {name}. Permisos terminados: {count}.',
      accepted: 'Ya puedes dibujar a {name} de {person}. Prueba: /imagine {name} surfing a wave',
      exported: 'Lo que aprendí de {name}, como archivo LoRA para Stable Diffusion. /import lo recupera.',
      sharedLine: '{name} ({kind}), compartida por {person}',
      importedLine: '{name} ({kind}), de un archivo',
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
  edit: {
    description: 'Cambiar algo en una foto: responde a ella con esto o adjúntala',
    menu: 'Editar esta foto',
    options: {
      change: 'Qué cambiar, p. ej. dog → cat, + a red hat, - collar, snow ×2; palabras en inglés',
      photo: 'La foto que hay que cambiar',
      caption: 'Qué se ve en la foto, en inglés, si no debo averiguarlo yo',
      strength: 'Cuánto puede cambiar, de 1 a 5; si no lo dices, 3',
      strip: 'sí: tres intensidades alrededor de esa, en una imagen',
      keep: 'sí: todo lo que no nombras se queda como está',
      method: 'Cómo descompongo la foto; si no lo dices, elijo yo',
      pet: 'Cuál de tus mascotas, si varias se llaman así',
      likeness: 'Cuánto de tu mascota entra en la imagen, de 0 a 2; si no lo dices, 1',
      job: 'Uno de mis resultados, en lugar de una foto',
      number: 'Qué imagen de ese resultado; 0: la de antes del cambio',
      seed: 'Un número; solo importa con el método edit-friendly',
    },
    choices: {
      direct: 'Directo: rápido, y exacto donde nada cambia',
      ddim: 'DDIM: sencillo',
      'negative-prompt': 'Prompt negativo: sencillo y rápido',
      proximal: 'Proximal: conserva más de la imagen',
      'null-text': 'Texto nulo: lento y minucioso',
      'edit-friendly': 'Edit-friendly: con ruido, para cambios mayores',
      diffedit: 'DiffEdit: halla por sí mismo dónde cambiar',
      'plug-and-play': 'Plug-and-play: conserva las formas, cambia el aspecto',
      'pix2pix-zero': 'Pix2pix-zero: guía en vez de reemplazar; lento',
    },
    replies: {
      queued: 'Voy a cambiar la imagen: «{change}». Lugar en la cola: {position}.',
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
      editing: '{position}. Cambiando una imagen: «{title}»',
      upscaling: '{position}. Ampliando «{title}»',
      importing: '{position}. Importando a {title}',
    },
  },
  settings: {
    description: 'Elige tu idioma',
    options: {
      language: 'Idioma: auto sigue a la aplicación; o en, de, es, fr, ja, pt-BR',
    },
    choices: {
      auto: 'Como diga la aplicación',
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
      add: 'Guardo un día las fotos de {pet} ({kept}). Envía más, con: /train name:{pet} kind:{kind}',
    },
  },
  vary: {
    description: 'Dibujar una imagen otra vez con otras palabras',
    options: {
      prompt: 'Las nuevas palabras; el azar y los ajustes no cambian',
      job: 'Cuál cambiar; la última si no lo indicas',
    },
    replies: {
      queued: 'Lo dibujaré otra vez como «{prompt}». Puesto en la cola: {position}.',
    },
  },
  info: {
    replies: {
      settings: 'Así se dibujó «{prompt}»:',
      numbers: 'Semilla {seed}, pasos {steps}, guía {guidance}, imágenes {count}',
      without: 'Sin: {words}',
      time: 'Tardó {seconds} s.',
      repeat: 'Lo mismo otra vez: {command}',
      pet: 'Mascota: {pet}',
      edited: 'La imagen se cambió así: «{change}»',
      editWords: 'Antes: «{caption}». Después: «{target}».',
      editNumbers: 'Método {method}, intensidad {strengths}, pasos {steps}, guía {guidance}, parecido {petStrength}',
      editScores: 'Fidelidad del modelo {decibels} dB, efecto {scores}, evaluaciones del modelo {evaluations}',
      editAttention:
        'Atención conservada: cruzada {cross}, autoatención {self} desde el nivel {level}, alineación {alignment}',
      editBlend: 'Cambios solo alrededor de: {words}, umbral {threshold}',
      editSubtract: 'Conservado donde se ve: {words}',
      editLetterboxed: 'Encuadre: rellenado hasta un cuadrado',
      editSqueezed: 'Encuadre: comprimido en un cuadrado',
      editReduced: 'Foto: reducida a 4096 píxeles en su lado más largo',
      editRepeat: 'Lo mismo otra vez: /edit {change} {settings}',
    },
  },
  choose: {
    replies: {
      which: '¿A cuál {name} te refieres?',
      whichWords: 'No conozco: {unknown}. Conozco: {known}. ¿Quieres decir otra cosa?',
      whichRest: 'No conozco: {unknown}. ¿Qué hago?',
      whichEdit: '«{part}» puede significar varias cosas. ¿Qué hago?',
    },
  },
  pick: {
    replies: {
      picked: 'Imagen {number} de «{prompt}» para {person}',
      pickedEdit: '«{change}» para {person}, intensidad {strength}',
    },
  },
  upscale: {
    replies: {
      queued: 'Ampliaré «{prompt}». Puesto en la cola: {position}.',
    },
  },
  adjust: {
    replies: {
      queued: 'Voy a cambiarla de otra manera: «{change}». Lugar en la cola: {position}.',
    },
  },
  correct: {
    description: 'Di qué muestra de verdad una imagen, o cómo es tu mascota, y lo hago otra vez',
    options: {
      words: 'Qué muestra la imagen o cómo es la mascota, p. ej. a white cat in a garden',
      job: 'Qué resultado; la última edición si no lo indicas',
    },
    replies: {
      queued: 'Lo haré otra vez con lo que tú ves: «{words}». Puesto en la cola: {position}.',
    },
  },
  undo: {
    replies: {
      undone: 'Esta es la imagen antes de «{change}».',
    },
  },
  remove: {
    replies: {
      removed: 'Está borrado.',
      removedButEntered:
        'Aquí está borrada. La participación en el concurso conserva la imagen; /contest withdraw también la retira.',
      gone: 'Ya estaba borrado.',
      outOfReach:
        'He borrado lo que guardaba. El mensaje sigue ahí, porque aquí ya no puedo borrarlo: puede hacerlo quien gestione los mensajes de este sitio.',
    },
  },
  import: {
    description: 'Traer una mascota aprendida en otro lugar, como archivo LoRA',
    options: {
      name: 'Cómo se llama la mascota',
      kind: 'Qué clase de animal es, p. ej. perro o gato',
      file: 'El archivo LoRA (.safetensors, o en un ZIP), para el modelo que uso',
    },
    replies: {
      queued: 'Miraré el archivo de {pet}. Puesto en la cola: {position}.',
    },
  },
  mydata: {
    description: 'Llevarte o borrar todo lo que guardo sobre ti',
    options: {
      action: 'export: recibirlo en archivos; delete: borrarlo todo',
    },
    choices: {
      export: 'Llevármelo todo',
      delete: 'Borrarlo todo',
    },
    replies: {
      confirm:
        'Esto detiene tus tareas y borra para siempre tus mascotas, fotos, imágenes y ajustes aquí. Lo publicado en los chats se queda allí.',
      deleted: 'Todo lo tuyo está borrado aquí.',
      exported:
        'Todo lo que guardo sobre ti. Archivos: {count}. Borro mis copias en cuanto los tengas; como muy tarde, después de un día.',
    },
  },
  uncover: { replies: { uncovered: 'La imagen está destapada.' } },
  report: {
    replies: {
      reported: 'Gracias, los moderadores ya lo saben.',
      reportedUnseen:
        'Gracias. Lo he anotado para los moderadores, pero ahora mismo no he podido avisar a ninguno; lo verán con /admin audit.',
      reportedBefore: 'Ya se lo has dicho a los moderadores.',
    },
  },
  admin: {
    description: 'Para moderadores: quién puede hacer qué aquí, cuánto y dónde',
    options: {
      action: 'Qué hacer: ver las reglas, cambiar una o ver lo que hicieron los moderadores',
      activity: 'De qué trata la regla: draw (dibujar), train (entrenar), share (compartir) o enter (concursar)',
      who: 'Con allow: everyone (todos) o solo moderators',
      role: 'Con allow y limit: el rol para el que vale',
      per_day: 'Con limit: cuántas veces al día; 0 es sin límite',
      cool_down: 'Con limit: segundos entre una y otra; 0 es ninguno',
      here: 'Con channel: only, never, spoiler o normal aquí; adults o all_ages en todas partes',
      pictures: 'Para pictures: qué pasa con las imágenes explícitas en este canal: off, cover o refuse',
      person: 'Con ban y unban: a quién; en Telegram, responde a un mensaje suyo',
    },
    choices: {
      show: 'Ver las reglas',
      allow: 'Quién puede',
      limit: 'Cuánto',
      channel: 'Dónde',
      pictures: 'Imágenes explícitas',
      off: 'Mostrarlas',
      cover: 'Taparlas',
      refuse: 'No mostrarlas',
      ban: 'Expulsar a alguien',
      unban: 'Levantar una expulsión',
      audit: 'Lo que hicieron los moderadores',
      draw: 'Dibujar',
      train: 'Entrenar',
      share: 'Compartir',
      enter: 'Participar en concursos',
      everyone: 'Todos',
      moderators: 'Solo moderadores',
      only: 'Trabajo aquí y no en otros',
      never: 'No trabajo aquí',
      spoiler: 'Aquí las imágenes van ocultas',
      normal: 'Sin regla para este canal',
      adults: 'Solo canales con restricción de edad',
      all_ages: 'También canales para todas las edades',
    },
    replies: {
      none: 'Aquí no hay reglas: todos pueden hacer todo en todas partes.',
      rules: 'Las reglas aquí:',
      changed: 'Hecho. Las reglas aquí son ahora:',
      draw: 'Dibujar',
      train: 'Entrenar',
      share: 'Compartir',
      enter: 'Participar en concursos',
      everybody: 'todos',
      moderators: '{activity}: solo moderadores',
      roles: '{activity}: solo {roles}',
      perDay: '{activity}, {role}: como mucho {count} al día',
      coolDown: '{activity}, {role}: {seconds} s entre una y otra vez',
      only: 'Trabajo en este canal, y en ninguno que no tenga esta regla.',
      never: 'No trabajo en este canal.',
      spoiler: 'Las imágenes de este canal están ocultas hasta que se hace clic en ellas.',
      picturesOff: 'En este canal se muestran las imágenes explícitas.',
      picturesCover: 'En este canal se tapan las imágenes explícitas.',
      picturesRefuse: 'En este canal no se muestran las imágenes explícitas.',
      elsewhere: 'Otros canales con reglas propias: {count}',
      ageGated: 'Solo trabajo en canales con restricción de edad.',
      banned: 'Expulsados: {names}',
      unbanned: 'Ya no expulsados: {names}',
      audit: 'Lo que hicieron los moderadores, lo más reciente primero:',
      auditEmpty: 'Ningún moderador ha hecho nada aquí todavía.',
      auditLine: '{date} {moderator}: {line}',
      auditRemoved: '{date} {moderator}: borró una imagen de {person}',
      auditStopped: '{date} {moderator}: detuvo una tarea de {person}',
      auditUncovered: '{date} {moderator}: destapó una imagen de {person} (explícita: {score})',
      auditReported: '{date} {moderator}: 🚩 denunció una imagen de {person} (explícita: {score})',
    },
  },
});
