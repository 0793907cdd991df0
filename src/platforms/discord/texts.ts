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
};
