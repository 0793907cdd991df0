/** @file Which words call what a LoRA file was trained on, whoever trained it. */

/** Where a LoRA file of ours says which token stands for the pet, and what kind of animal it is. */
export const TOKEN_KEY = 'petbooth.token';
export const CLASS_KEY = 'petbooth.class_name';

/** Characters; what is longer is cut. */
export const MAX_TRIGGER_LENGTH = 64;

type Metadata = Readonly<Record<string, string>>;

/** How the pet of a file is called in prompts, and the kind of animal it is. */
export function subjectOf(metadata: Metadata, className?: string): { readonly name: string; readonly noun: string } {
  const { [TOKEN_KEY]: token, [CLASS_KEY]: classOfFile = '' } = metadata;
  const noun = className ?? classOfFile;
  const words = token === undefined ? triggerWords(metadata) : token.slice(0, MAX_TRIGGER_LENGTH);
  if (noun !== '' && words.toLowerCase().split(' ').includes(noun.toLowerCase())) return { name: words, noun };
  return { name: `${words} ${noun}`.trim(), noun };
}

/** The words that call what was learnt, as its trainer wrote them; otherwise the one tag that all its pictures had. */
export function triggerWords(metadata: Metadata): string {
  const phrase = asWords(metadata['modelspec.trigger_phrase'] ?? '');
  if (phrase !== '') return phrase;
  const tags = tagsOf(metadata.ss_tag_frequency ?? '{}');
  return tags.size === 1 ? asWords([...tags][0]!) : '';
}

/** Files may say anything there: what is left is words, and no weights or marks. */
function asWords(text: string): string {
  const words = text.slice(0, 10 * MAX_TRIGGER_LENGTH).replace(/[^\p{L}\p{M}\p{N}_'’-]+/gu, ' ');
  return words.trim().slice(0, MAX_TRIGGER_LENGTH).trim();
}

/** The tags of kohya's trainer, of all folders: `{"10_zwx cat": {"zwx cat": 10}}`. */
function tagsOf(frequency: string): ReadonlySet<string> {
  try {
    const folders: unknown[] = Object.values(Object(JSON.parse(frequency)));
    const tags = folders.flatMap((counts) => (Array.isArray(counts) ? [] : Object.keys(Object(counts))));
    return new Set(tags.map((tag) => tag.trim()));
  } catch {
    return new Set();
  }
}
