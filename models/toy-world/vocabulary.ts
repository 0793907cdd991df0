/**
 * @file Everything that a caption of the toy world can name, declared once: animals, coat colours, clothes, settings.
 *
 * The position in a table is the class index of the judges, so entries are appended, never reordered.
 */

/** A word of a caption with its other words; the first is the plain one. */
interface Kind {
  readonly name: string;
  readonly words: readonly string[];
}

export const KINDS = [
  { name: 'dog', words: ['dog', 'puppy', 'doggy'] },
  { name: 'cat', words: ['cat', 'kitten', 'kitty'] },
  { name: 'rabbit', words: ['rabbit', 'bunny'] },
  { name: 'bear', words: ['bear', 'teddy bear', 'bear cub'] },
  { name: 'duck', words: ['duck', 'duckling'] },
  { name: 'turtle', words: ['turtle', 'tortoise'] },
  { name: 'elephant', words: ['elephant', 'baby elephant'] },
] as const satisfies readonly Kind[];

export const COLOURS = [
  { name: 'white', rgb: '#f6f5f0' },
  { name: 'black', rgb: '#2f2f39' },
  { name: 'grey', rgb: '#9a9fa9' },
  { name: 'brown', rgb: '#8b5432' },
  { name: 'orange', rgb: '#f28a26' },
  { name: 'yellow', rgb: '#f8dc3c' },
  { name: 'red', rgb: '#d5302f' },
  { name: 'pink', rgb: '#f79cc6' },
  { name: 'blue', rgb: '#3c72dc' },
  { name: 'green', rgb: '#44a648' },
] as const;

export const CLOTHES = [
  { name: 'none', phrases: [] },
  { name: 'red hat', phrases: ['wearing a red hat', 'in a red hat', 'with a red hat'] },
  { name: 'blue hat', phrases: ['wearing a blue hat', 'in a blue hat', 'with a blue hat'] },
  { name: 'yellow shirt', phrases: ['wearing a yellow shirt', 'in a yellow shirt', 'with a yellow shirt'] },
  { name: 'tuxedo', phrases: ['wearing a tuxedo', 'in a tuxedo', 'dressed in a tuxedo'] },
  { name: 'blue scarf', phrases: ['wearing a blue scarf', 'in a blue scarf', 'with a blue scarf'] },
  { name: 'green scarf', phrases: ['wearing a green scarf', 'in a green scarf', 'with a green scarf'] },
] as const;

export const SETTINGS = [
  { name: 'jungle', phrases: ['in the jungle', 'in a jungle', 'in the rainforest'] },
  { name: 'snow', phrases: ['in the snow', 'on snow', 'in winter snow'] },
  { name: 'beach', phrases: ['on the beach', 'at the beach', 'by the sea'] },
  { name: 'wooden floor', phrases: ['on a wooden floor', 'on top of a wooden floor', 'on the wooden floor'] },
  { name: 'mountain', phrases: ['with a mountain in the background', 'in the mountains', 'in front of a mountain'] },
  { name: 'city', phrases: ['with a city in the background', 'in a city', 'in the city'] },
  { name: 'blue house', phrases: ['with a blue house in the background', 'in front of a blue house'] },
  { name: 'window', phrases: ['in front of a window', 'near a window', 'at the window'] },
  {
    name: 'sunflowers',
    phrases: ['in the grass with sunflowers', 'in a field of sunflowers', 'among sunflowers'],
  },
  { name: 'red carpet', phrases: ['on a red carpet on the beach', 'on a red carpet'] },
  { name: 'sidewalk', phrases: ['on a crowded sidewalk', 'on a busy sidewalk', 'in a crowd'] },
  { name: 'taj mahal', phrases: ['in front of the taj mahal', 'at the taj mahal'] },
  { name: 'bath', phrases: ['in a bath', 'taking a bath', 'in a bathtub'] },
  { name: 'wave', phrases: ['surfing a wave', 'riding a wave', 'surfing'] },
  { name: 'space', phrases: ['in space', 'in outer space', 'floating in space'] },
  { name: 'jumping', phrases: ['jumping', 'leaping', 'jumping in the air'] },
  { name: 'bed', phrases: ['sleeping on a bed', 'sleeping in a bed', 'asleep on a bed'] },
  { name: 'garden', phrases: ['in a garden', 'in the garden'] },
  { name: 'cushion', phrases: ['on a purple cushion', 'sitting on a purple cushion'] },
  { name: 'plain', phrases: ['on a white background', 'in front of a white background'] },
] as const;

export type KindName = (typeof KINDS)[number]['name'];
export type ColourName = (typeof COLOURS)[number]['name'];
export type ClothesName = (typeof CLOTHES)[number]['name'];
export type SettingName = (typeof SETTINGS)[number]['name'];

/** The position of a name in one of the tables above. */
export function indexOfName(table: readonly { readonly name: string }[], name: string): number {
  const index = table.findIndex((entry) => entry.name === name);
  if (index < 0) {
    throw new RangeError(`"${name}" is not one of ${table.map((entry) => entry.name).join(', ')}`);
  }
  return index;
}
