import type { LocaleName } from '#locales/index.js';

interface DiscordTexts {
  /** Beside a result whose pictures are larger than this server takes. */
  readonly picturesTooLarge: string;
}

/** What only this platform has to say. */
export const discordTexts: Readonly<Record<LocaleName, DiscordTexts>> = {
  en: {
    picturesTooLarge: 'Some pictures are too large for this server and were left out.',
  },
  de: {
    picturesTooLarge: 'Einige Bilder sind für diesen Server zu groß und fehlen hier.',
  },
  es: {
    picturesTooLarge: 'Algunas imágenes son demasiado grandes para este servidor y se han quedado fuera.',
  },
  fr: {
    picturesTooLarge: 'Certaines images sont trop lourdes pour ce serveur et ont été laissées de côté.',
  },
  ja: {
    picturesTooLarge: '一部の絵は、このサーバーには大きすぎるため省きました。',
  },
  'pt-BR': {
    picturesTooLarge: 'Algumas imagens são grandes demais para este servidor e ficaram de fora.',
  },
};
