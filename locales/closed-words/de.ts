import type { ClosedWords } from './closed-words.js';

const inflected = (stem: string) => ['', 'e', 'er', 'es', 'en', 'em'].map((end) => stem + end);

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
    white: [...inflected('weiß'), ...inflected('weiss')],
    black: inflected('schwarz'),
    grey: inflected('grau'),
    brown: inflected('braun'),
    orange: [...inflected('orange'), ...inflected('orangefarben')],
    yellow: inflected('gelb'),
    red: inflected('rot'),
    pink: ['rosa', 'pink', ...inflected('rosafarben')],
    blue: inflected('blau'),
    green: inflected('grün'),
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
