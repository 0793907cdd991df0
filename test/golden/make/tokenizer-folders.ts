/** @file Writes the tokenizer folders that tokenizer.py reads. Usage: tsx tokenizer-folders.ts CLIP_FOLDER TRAINED_FOLDER */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CLIPTokenizerFiles } from '#models/clip/tokenization-clip.js';
import { clipTokenizerFiles, petTokenizer } from '#test/helpers/tokenizer-files.js';

async function write(folder: string, files: CLIPTokenizerFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'vocab.json'), files.vocabulary);
  await writeFile(join(folder, 'merges.txt'), files.merges);
  if (files.tokenizerConfig) await writeFile(join(folder, 'tokenizer_config.json'), files.tokenizerConfig);
  if (files.specialTokensMap) await writeFile(join(folder, 'special_tokens_map.json'), files.specialTokensMap);
}

const [clipFolder, trainedFolder] = process.argv.slice(2);
if (!clipFolder || !trainedFolder) throw new Error('expected two folders');
await write(clipFolder, clipTokenizerFiles());
await write(trainedFolder, petTokenizer().files);
