import type { ClosedWords } from './closed-words.js';

/** By gender and number: `noir`, `noire`, `noirs`, `noires`; `gris`, `grise`, `grises`; `jaune`, `jaunes`. */
const inflected = (word: string) => {
  if (word.endsWith('e')) return [word, `${word}s`];
  return [word, `${word}e`, `${word}es`, ...(word.endsWith('s') ? [] : [`${word}s`])];
};
const colour = (...words: string[]) => words.flatMap(inflected);

export const fr: ClosedWords = {
  colourAfter: true,
  kinds: {
    dog: ['chien', 'chienne', 'chiot', 'chiens'],
    cat: ['chat', 'chatte', 'chaton', 'chats'],
    rabbit: ['lapin', 'lapine', 'lapereau'],
    bear: ['ours', 'ourson', 'nounours', 'ourse'],
    duck: ['canard', 'caneton', 'cane'],
    turtle: ['tortue', 'tortues'],
    elephant: ['éléphant', 'éléphanteau'],
  },
  colours: {
    white: ['blanc', 'blancs', 'blanche', 'blanches'],
    black: colour('noir'),
    grey: colour('gris'),
    brown: ['marron', 'marrons', ...colour('brun', 'châtain')],
    orange: [...colour('orange', 'orangé'), 'roux', 'rousse', 'rousses'],
    yellow: colour('jaune'),
    red: colour('rouge'),
    pink: colour('rose'),
    blue: colour('bleu'),
    green: colour('vert'),
  },
  clothes: {
    hat: ['chapeau', 'bonnet', 'casquette'],
    shirt: ['chemise', 't-shirt', 'pull'],
    tuxedo: ['smoking', 'costume'],
    scarf: ['écharpe', 'foulard'],
  },
  settings: {
    jungle: ['jungle', 'forêt tropicale'],
    snow: ['neige'],
    beach: ['plage', 'mer'],
    'wooden floor': ['parquet', 'plancher', 'sol en bois'],
    mountain: ['montagne', 'montagnes'],
    city: ['ville'],
    house: ['maison'],
    window: ['fenêtre'],
    sunflowers: ['tournesol', 'tournesols', 'champ de tournesols'],
    'red carpet': ['tapis rouge', 'tapis'],
    sidewalk: ['trottoir', 'rue', 'foule'],
    'taj mahal': ['taj mahal'],
    bath: ['bain', 'baignoire'],
    wave: ['vague', 'vagues', 'surfe', 'surfant', 'surf'],
    space: ['espace'],
    jumping: ['saute', 'sautant', 'saut'],
    bed: ['lit', 'dort', 'endormi', 'endormie', 'dormant'],
    garden: ['jardin'],
    cushion: ['coussin', 'coussin violet'],
    'white background': ['fond blanc'],
  },
  fillers:
    'un une des le la les l d du de en dans à au aux sur avec et porte portant devant près qui est assis assise photo image dessin son sa fond clair claire clairs claires foncé foncée foncés foncées'.split(
      ' ',
    ),
};
