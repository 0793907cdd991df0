import type { WebClient } from '#src/platforms/web/web-client.js';
import { answerTo } from './hostile-page.js';
import { hostilePictures, svgish } from './hostile-pictures.js';
import { worstTexts } from './hostile-texts.js';

/** One round of what somebody hostile does, again as soon as it is over. */
export type Attack = (attacker: WebClient, round: number) => Promise<unknown>;

export type AttackName = 'texts' | 'pictures' | 'floods' | 'exports' | 'deletions' | 'erasures';

const resultTimeoutMs = 60_000;

/** What is needed is made first: making it is no part of the attack. */
export const attacks: Readonly<Record<AttackName, () => Promise<Attack>>> = {
  async texts() {
    const words = worstTexts(7900);
    return (attacker, round) => {
      const text = words[round % words.length]!;
      const photo = { name: 'a.svg', bytes: svgish(round % 2 === 0 ? 210 : 100_000) };
      if (round % 3 === 0) return answerTo(attacker, `/edit ${text}`, { photos: [photo] });
      return answerTo(attacker, round % 3 === 1 ? text : `/imagine prompt:${text}`);
    };
  },
  async pictures() {
    const photos = await hostilePictures();
    return (attacker) => answerTo(attacker, '/train name:Bomb kind:dog', { photos });
  },
  async floods() {
    return async (attacker, round) => {
      const pressed = attacker.messages.find(({ buttons }) => buttons?.length);
      await Promise.all(
        Array.from({ length: 6 }, () =>
          round % 2 === 0 || !pressed ? attacker.send('/help') : attacker.press(pressed, pressed.buttons![0]!.action),
        ),
      );
    };
  },
  async exports() {
    return (attacker) => answerTo(attacker, '/mydata export');
  },
  async deletions() {
    return async (attacker, round) => {
      const isNew = newTo(attacker);
      await attacker.send(`/imagine deleted ${round}`);
      const result = await attacker.waitFor((message) => message.kind === 'result' && isNew(message), resultTimeoutMs);
      const remove = result.buttons?.find(({ action }) => action.startsWith('remove'));
      if (remove) await attacker.press(result, remove.action);
    };
  },
  async erasures() {
    return async (attacker) => {
      const isNew = newTo(attacker);
      await attacker.send('/mydata delete');
      const question = await attacker.waitFor(
        ({ id, buttons }) => buttons !== undefined && isNew({ id }),
        resultTimeoutMs,
      );
      const isFarewell = newTo(attacker);
      await attacker.press(question, question.buttons![0]!.action);
      await attacker.waitFor(isFarewell, resultTimeoutMs);
    };
  },
};

function newTo({ messages }: WebClient): (message: { readonly id: string }) => boolean {
  const known = new Set(messages.map(({ id }) => id));
  return ({ id }) => !known.has(id);
}
