import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIPTokenizer } from '#models/clip/tokenization-clip.js';
import { trainBytePairs } from '#models/clip/train-bpe.js';
import { PET_CAPTIONS, petTokenizer } from '#test/helpers/tokenizer-files.js';

describe('trainBytePairs', () => {
  it('merges the most frequent pair first', () => {
    const { merges } = trainBytePairs(['ab ab ab cd cd'], { maxLength: 8, maxMerges: 10 });
    expect(merges).toEqual([
      ['a', 'b</w>'],
      ['c', 'd</w>'],
    ]);
  });

  it('prefers the first of equally frequent pairs, in whatever order captions come', () => {
    const options = { maxLength: 32, maxMerges: 100 };
    const forward = trainBytePairs(PET_CAPTIONS, options);
    const backward = trainBytePairs([...PET_CAPTIONS].reverse(), options);
    expect(backward.files).toEqual(forward.files);
  });

  it('makes the words of the captions one token each when merges suffice', () => {
    const { files } = trainBytePairs(PET_CAPTIONS, { maxLength: 32, maxMerges: 1000, minFrequency: 1 });
    const tokenizer = new CLIPTokenizer(files);
    for (const caption of PET_CAPTIONS) {
      const words = caption.match(/'s|\w+|,/g) ?? [];
      expect(tokenizer.encode(caption), caption).toHaveLength(words.length);
    }
  });

  it('gives every reserved word one token, also when one is the beginning of another', () => {
    const tokenizer = new CLIPTokenizer(petTokenizer().files);
    for (const word of ['sks', 'ohwx', 'zwx', 'skks', 'sk']) expect(tokenizer.tokenize(word)).toEqual([`${word}</w>`]);
    expect(tokenizer.encode('a photo of sks dog').filter((id) => id === tokenizer.encode('sks')[0])).toHaveLength(1);
  });

  it('leaves the tokens of the captions as they are without reserved words', () => {
    const options = { maxLength: 32, maxMerges: 1000, minFrequency: 1 };
    const plain = new CLIPTokenizer(trainBytePairs(PET_CAPTIONS, options).files);
    const reserved = new CLIPTokenizer(
      trainBytePairs(PET_CAPTIONS, { ...options, reservedWords: ['sks', 'hwx', 'oatx'] }).files,
    );
    for (const caption of PET_CAPTIONS) expect(reserved.tokenize(caption)).toEqual(plain.tokenize(caption));
  });

  it('writes 512 byte symbols, the merges and the two special tokens', () => {
    const { vocabulary, merges } = petTokenizer();
    expect(Object.keys(vocabulary)).toHaveLength(512 + merges.length + 2);
    expect([vocabulary['!'], vocabulary['!</w>']]).toEqual([0, 256]);
    expect(vocabulary['<|endoftext|>']).toBe(512 + merges.length + 1);
    expect(new Set(Object.values(vocabulary)).size).toBe(512 + merges.length + 2);
  });

  it('encodes any text, although captions had few letters', () => {
    const tokenizer = new CLIPTokenizer(petTokenizer().files);
    expect(tokenizer.decode(tokenizer.encode('Ωmega 狗 🐶'))).toBe('ωmega 狗 🐶');
  });

  it('writes files that open from a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    const { files } = petTokenizer();
    await writeFile(join(folder, 'vocab.json'), files.vocabulary);
    await writeFile(join(folder, 'merges.txt'), files.merges);
    await writeFile(join(folder, 'tokenizer_config.json'), files.tokenizerConfig);
    const tokenizer = await CLIPTokenizer.open(folder);
    await rm(folder, { recursive: true });
    expect(tokenizer.maxLength).toBe(32);
    expect(tokenizer.encode('sks')).toEqual(new CLIPTokenizer(files).encode('sks'));
  });

  it.each(['two words', '', "don't", 'x2'])('refuses the reserved word %j', (word) => {
    expect(() => trainBytePairs([], { maxLength: 8, maxMerges: 0, reservedWords: [word] })).toThrow(RangeError);
  });
});
