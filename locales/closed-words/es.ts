import type { ClosedWords } from './closed-words.js';

/** By gender and number: `rojo`, `roja`, `rojos`, `rojas`; `verde`, `verdes`; `azul`, `azules`. */
const inflected = (word: string) => {
  if (word.endsWith('o')) return ['o', 'a', 'os', 'as'].map((end) => word.slice(0, -1) + end);
  return [word, /[aeé]$/.test(word) ? `${word}s` : `${word}es`];
};
const colour = (...words: string[]) => words.flatMap(inflected);

export const es: ClosedWords = {
  colourAfter: true,
  kinds: {
    dog: ['perro', 'perra', 'perrito', 'perros', 'cachorro'],
    cat: ['gato', 'gata', 'gatito', 'gatos', 'gatita'],
    rabbit: ['conejo', 'conejito', 'coneja'],
    bear: ['oso', 'osito', 'osa', 'oso de peluche'],
    duck: ['pato', 'patito', 'pata'],
    turtle: ['tortuga', 'tortuguita'],
    elephant: ['elefante', 'elefantito'],
  },
  colours: {
    white: colour('blanco'),
    black: colour('negro'),
    grey: colour('gris'),
    brown: colour('marrón', 'café', 'castaño', 'pardo'),
    orange: colour('naranja', 'anaranjado'),
    yellow: colour('amarillo'),
    red: colour('rojo'),
    pink: colour('rosa', 'rosado'),
    blue: colour('azul'),
    green: colour('verde'),
  },
  clothes: {
    hat: ['sombrero', 'gorro', 'gorra'],
    shirt: ['camisa', 'camiseta'],
    tuxedo: ['esmoquin', 'traje'],
    scarf: ['bufanda', 'pañuelo'],
  },
  settings: {
    jungle: ['jungla', 'selva'],
    snow: ['nieve'],
    beach: ['playa', 'mar'],
    'wooden floor': ['suelo de madera', 'piso de madera', 'suelo', 'piso'],
    mountain: ['montaña', 'montañas'],
    city: ['ciudad'],
    house: ['casa'],
    window: ['ventana'],
    sunflowers: ['girasol', 'girasoles', 'campo de girasoles'],
    'red carpet': ['alfombra roja', 'alfombra'],
    sidewalk: ['acera', 'calle', 'multitud'],
    'taj mahal': ['taj mahal'],
    bath: ['baño', 'bañera', 'bañándose'],
    wave: ['ola', 'olas', 'surfeando', 'surfea', 'surf'],
    space: ['espacio', 'espacio exterior'],
    jumping: ['saltando', 'salta'],
    bed: ['cama', 'durmiendo', 'duerme', 'dormido', 'dormida'],
    garden: ['jardín'],
    cushion: ['cojín', 'almohadón', 'cojín morado'],
    'white background': ['fondo blanco'],
  },
  fillers:
    'un una unos unas el la los las en de del al con sobre y lleva llevando frente a ante junto bajo que está sentado sentada foto imagen dibujo su fondo delante claro clara claros claras oscuro oscura oscuros oscuras color'.split(
      ' ',
    ),
};
