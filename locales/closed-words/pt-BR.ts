import type { ClosedWords } from './closed-words.js';

/** By gender and number: `branco`, `branca`, `brancos`, `brancas`; `verde`, `verdes`; `azul`, `azuis`; `marrom`, `marrons`. */
const inflected = (word: string) => {
  if (word.endsWith('o')) return ['o', 'a', 'os', 'as'].map((end) => word.slice(0, -1) + end);
  return [word, word.endsWith('l') ? `${word.slice(0, -1)}is` : `${word.replace(/m$/, 'n')}s`];
};
const colour = (...words: string[]) => words.flatMap(inflected);

export const ptBR: ClosedWords = {
  colourAfter: true,
  kinds: {
    dog: ['cachorro', 'cachorra', 'cão', 'cadela', 'cachorrinho', 'filhote'],
    cat: ['gato', 'gata', 'gatinho', 'gatinha'],
    rabbit: ['coelho', 'coelhinho', 'coelha'],
    bear: ['urso', 'ursinho', 'ursa'],
    duck: ['pato', 'patinho', 'pata'],
    turtle: ['tartaruga', 'tartaruguinha', 'jabuti'],
    elephant: ['elefante', 'elefantinho'],
  },
  colours: {
    white: colour('branco'),
    black: colour('preto', 'negro'),
    grey: colour('cinza', 'cinzento'),
    brown: colour('marrom', 'castanho'),
    orange: [...colour('laranja', 'alaranjado'), 'cor-de-laranja'],
    yellow: colour('amarelo'),
    red: colour('vermelho'),
    pink: [...colour('rosa', 'rosado'), 'cor-de-rosa'],
    blue: colour('azul'),
    green: colour('verde'),
  },
  clothes: {
    hat: ['chapéu', 'gorro', 'boné'],
    shirt: ['camisa', 'camiseta'],
    tuxedo: ['smoking', 'terno'],
    scarf: ['cachecol', 'lenço'],
  },
  settings: {
    jungle: ['selva', 'floresta'],
    snow: ['neve'],
    beach: ['praia', 'mar'],
    'wooden floor': ['chão de madeira', 'piso de madeira', 'assoalho', 'piso', 'chão'],
    mountain: ['montanha', 'montanhas'],
    city: ['cidade'],
    house: ['casa'],
    window: ['janela'],
    sunflowers: ['girassol', 'girassóis', 'campo de girassóis'],
    'red carpet': ['tapete vermelho', 'tapete'],
    sidewalk: ['calçada', 'rua', 'multidão'],
    'taj mahal': ['taj mahal'],
    bath: ['banho', 'banheira'],
    wave: ['onda', 'ondas', 'surfando', 'surfa'],
    space: ['espaço', 'espaço sideral'],
    jumping: ['pulando', 'pula', 'saltando'],
    bed: ['cama', 'dormindo', 'dorme'],
    garden: ['jardim'],
    cushion: ['almofada', 'almofada roxa'],
    'white background': ['fundo branco'],
  },
  fillers:
    'um uma uns umas o a os as no na nos nas em de do da dos das com sobre e usa usando frente à ao num numa perto que está sentado foto imagem desenho seu sua fundo diante claro clara claros claras escuro escura escuros escuras cor'.split(
      ' ',
    ),
};
