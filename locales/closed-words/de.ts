import type { ClosedWords } from './closed-words.js';

const inflected = (stem: string) => ['', 'e', 'er', 'es', 'en', 'em'].map((end) => stem + end);
/** `braun`, `hellbraun` and `dunkelbraun`, in each form. */
const colour = (...stems: string[]) =>
  stems.flatMap(inflected).flatMap((word) => [word, `hell${word}`, `dunkel${word}`]);
/** Colours called after things have no forms of their own; people make some: `orangener`, `rosafarbener`. */
const thing = (stem: string) => colour(`${stem}n`, `${stem}farben`, `${stem}farbig`);

export const de: ClosedWords = {
  colourAfter: false,
  kinds: {
    dog: ['hund', 'hunde', 'hündin', 'welpe', 'welpen', 'hündchen'],
    cat: ['katze', 'katzen', 'kater', 'kätzchen', 'mieze'],
    rabbit: ['kaninchen', 'hase', 'hasen', 'häschen'],
    bear: ['bär', 'bären', 'teddy', 'teddybär', 'bärchen'],
    duck: ['ente', 'enten', 'entlein', 'küken'],
    turtle: ['schildkröte', 'schildkröten'],
    elephant: ['elefant', 'elefanten'],
  },
  colours: {
    white: colour('weiß'),
    black: colour('schwarz'),
    grey: colour('grau'),
    brown: colour('braun'),
    orange: [...colour('orang'), ...thing('orange')],
    yellow: colour('gelb'),
    red: colour('rot'),
    pink: ['rosa', 'hellrosa', 'dunkelrosa', ...thing('rosa'), ...colour('pink', 'pinkfarben')],
    blue: colour('blau'),
    green: colour('grün'),
  },
  clothes: {
    hat: ['hut', 'hüte', 'mütze', 'hütchen'],
    shirt: ['hemd', 't-shirt', 'shirt', 'pullover'],
    tuxedo: ['smoking', 'anzug', 'frack'],
    scarf: ['schal', 'halstuch'],
  },
  settings: {
    jungle: ['dschungel', 'urwald', 'regenwald'],
    snow: ['schnee'],
    beach: ['strand', 'meer', 'küste'],
    'wooden floor': ['holzboden', 'parkett', 'boden'],
    mountain: ['berg', 'berge', 'bergen', 'gebirge'],
    city: ['stadt'],
    house: ['haus', 'häuschen'],
    window: ['fenster'],
    sunflowers: ['sonnenblume', 'sonnenblumen', 'sonnenblumenfeld'],
    'red carpet': ['roter teppich', 'roten teppich', 'teppich'],
    sidewalk: ['gehweg', 'bürgersteig', 'gehsteig', 'straße', 'menschenmenge'],
    'taj mahal': ['taj mahal', 'tadsch mahal'],
    bath: ['bad', 'badewanne', 'wanne', 'badet'],
    wave: ['welle', 'wellen', 'surft', 'surfen', 'surfend', 'reitet'],
    space: ['weltraum', 'weltall', 'all', 'raumfahrt'],
    jumping: ['springt', 'springend', 'springen', 'hüpft', 'sprung'],
    bed: ['bett', 'schläft', 'schlafend', 'schlafende', 'schlafender', 'schlafendes'],
    garden: ['garten'],
    cushion: ['kissen', 'lila kissen', 'polster', 'sofakissen'],
    'white background': ['weißer hintergrund', 'weißem hintergrund', 'weißen hintergrund'],
  },
  fillers:
    'ein eine einen einem einer eines der die das den dem des am im in auf an bei vor mit und trägt tragend von zu zum zur beim neben unter es sitzt steht liegt ist foto bild zeichnung als seinem seiner hintergrund'.split(
      ' ',
    ),
};
