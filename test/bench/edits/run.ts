/** `npm run bench:edits`: edits of toy scenes whose right answer can be drawn; writes the tables of models/EDITING.md. It goes on where it was stopped. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { editingComponents } from '#models/editing/editing-components.js';
import { PromptToPromptPipeline } from '#models/editing/pipeline-prompt-to-prompt.js';
import { CheckpointFolder } from '#models/loaders/checkpoint-folder.js';
import { EDIT_METHODS } from '#models/loaders/recommendations.js';
import type { RgbImage } from '#models/pipelines/image-processor.js';
import { StableDiffusionModel } from '#models/pipelines/stable-diffusion-model.js';
import { createOnnxEngine } from '#models/tensors/engine/onnx-engine.js';
import { SafetensorsFile } from '#models/tensors/files/safetensors.js';
import { createGenerator } from '#models/tensors/random.js';
import { createEditCase, EDIT_KINDS, type EditKind } from '#models/toy-world/edit-cases.js';
import { loadJudges } from '#models/toy-world/judges/judges.js';
import { createLineUp } from '#models/toy-world/judges/line-up.js';
import { createPet } from '#models/toy-world/pet.js';
import { type TaughtPet, teachPet } from '#models/toy-world/pretraining/teach-pet.js';
import { TOY_PIXELS } from '#models/toy-world/pretraining/toy-pets-configuration.js';
import { drawScene } from '#models/toy-world/render.js';
import { encodePng, pictureGrid } from '#models/toy-world/scene-sheet.js';
import { packageRoot } from '#src/core/package-root.js';
import { PhotoCaptioner } from '#workers/engine/photo-caption.js';
import { editingTables, readCaptionsTable } from './editing-table.js';
import { type EditBench, measureEdit, type PosedEdit } from './measure-edit.js';
import { Results } from './results.js';
import { CONTROLLERS, isDefault, VARIANTS, type Variant } from './variants.js';

const LINE_UP_SIZE = 12;
const TAUGHT_PETS = 2;
const FIRST_PET_SEED = 7500;
const DOCUMENT = join(packageRoot, 'models/EDITING.md');

const USAGE = `npm run bench:edits -- [options]
  --state <folder>       results, taught pets and pictures; default data/bench-edits
  --methods <names>      some of: ${EDIT_METHODS.join(', ')}
  --controllers <names>  some of: ${CONTROLLERS.join(', ')}
  --kinds <names>        some of: ${EDIT_KINDS.join(', ')}
  --cases <number>       at most so many of each kind of edit
  --captions <given|chat> the true caption of each scene, or the one that the chat reads from the picture; default given
  --practice             scenes of other seeds, to choose settings on: in a folder of their own, and never in the document
  --only-table           write the table from what is there`;

const { values } = parseArgs({
  options: {
    state: { type: 'string', default: join('data', 'bench-edits') },
    methods: { type: 'string', default: EDIT_METHODS.join(',') },
    controllers: { type: 'string', default: CONTROLLERS.join(',') },
    kinds: { type: 'string', default: EDIT_KINDS.join(',') },
    cases: { type: 'string', default: '1000' },
    captions: { type: 'string', default: 'given' },
    checkpoint: { type: 'string', default: join(packageRoot, 'models/checkpoints/toy-pets') },
    practice: { type: 'boolean', default: false },
    'only-table': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
const isRead = values.captions === 'chat';
const scenes = values.practice ? 'practice' : isRead ? 'read' : 'measured';
const stateFolder = join(values.state, ...(isRead ? ['read'] : []), ...(values.practice ? ['practice'] : []));
const list = (text: string) => text.split(',').map((name) => name.trim());

tf.enableProdMode();
await tf.setBackend('cpu');
const engine = createOnnxEngine();
const judgesFolder = join(packageRoot, 'models/checkpoints/toy-judges');
const model = new StableDiffusionModel(await CheckpointFolder.open(values.checkpoint), engine);
const results = await Results.open(join(stateFolder, 'results.jsonl'));
const weights = await fingerprintOfAll();

if (!values['only-table']) await measureAll();
await writeTables();
await engine.dispose();

async function fingerprintOfAll(): Promise<string> {
  const judges = ['attribute-judge', 'identity-judge'].map(async (name) => {
    const file = await SafetensorsFile.open(join(judgesFolder, `${name}.safetensors`));
    return file.fingerprint();
  });
  const reader = isRead ? [await SafetensorsFile.open(join(values.checkpoint, 'reader', 'model.safetensors'))] : [];
  const settings = JSON.stringify(model.checkpoint.recommendations.editing);
  const eyes = reader.map((file) => file.fingerprint());
  const parts = [model.checkpoint.fingerprint, ...(await Promise.all([...judges, ...eyes])), settings].join('-');
  return createHash('sha256').update(parts).digest('hex').slice(0, 16);
}

async function measureAll(): Promise<void> {
  // Dogs and cats in turn; the first are taught, the others are there to be mistaken for.
  const pets = Array.from({ length: LINE_UP_SIZE }, (_, index) =>
    createPet(createGenerator(FIRST_PET_SEED + index), { kind: index % 2 === 0 ? 'dog' : 'cat' }),
  );
  const judges = await loadJudges(engine, judgesFolder);
  const kinds = EDIT_KINDS.filter((kind) => list(values.kinds).includes(kind));
  const subjects: TaughtPet[] = [];
  for (const [index, pet] of pets.slice(0, kinds.includes('swap pet') ? TAUGHT_PETS : 0).entries()) {
    process.stderr.write(`pet ${index + 1} of ${TAUGHT_PETS}\n`);
    subjects.push(await teachPet(model, { pet, seed: FIRST_PET_SEED + index, folder: join(values.state, 'pets') }));
  }
  const pipelines = [undefined, ...subjects].map(
    (subject) => new PromptToPromptPipeline(editingComponents(model, subject && model.activate(subject.adapter))),
  );
  const bench: EditBench = {
    judges,
    ...(isRead && { captioner: new PhotoCaptioner(model) }),
    leastDirection: model.checkpoint.recommendations.editing.leastDirection,
    lineUp: await createLineUp(pets, judges, 8500),
    pipelineFor: (subject) => pipelines[subject === undefined ? 0 : subject + 1]!,
    wordsOf: (subject) => `${subjects[subject]!.token} ${pets[subject]!.kind}`,
  };
  const wanted = VARIANTS.filter(
    (variant) =>
      list(values.methods).includes(variant.method) &&
      list(values.controllers).includes(variant.controller) &&
      // The chat knows the default only.
      (!isRead || isDefault(variant)),
  );
  const most = Math.min(Number(values.cases), Math.max(...wanted.map(({ casesPerKind }) => casesPerKind)));
  for (let index = 0; index < most; index++) {
    for (const kind of kinds) {
      const subject = kind === 'swap pet' ? index % TAUGHT_PETS : undefined;
      const pet = subject === undefined ? undefined : pets[subject];
      const edit = createEditCase(kind, index, { pet, scenes });
      const open = wanted.filter(
        ({ casesPerKind, ...variant }) => index < casesPerKind && !results.has({ weights, kind, index, ...variant }),
      );
      await measureCase(bench, { edit, ...(subject !== undefined && { subject }) }, index, open);
    }
    process.stderr.write(`case ${index + 1} of ${most} of each kind\n`);
  }
}

async function measureCase(
  bench: EditBench,
  posed: PosedEdit,
  index: number,
  variants: readonly Variant[],
): Promise<void> {
  const { kind } = posed.edit;
  const inversions: Parameters<typeof measureEdit>[3] = new Map();
  const pictures = new Map<string, RgbImage>();
  for (const { method, controller } of variants) {
    const result = await measureEdit(bench, posed, { method, controller }, inversions);
    await results.add({ weights, method, controller, kind, index, ...(result && { measured: result.measured }) });
    if (result) pictures.set(`${method}, ${controller}`, result.picture);
  }
  if (pictures.size > 0) await writeSheet(posed, kind, index, pictures);
}

/** Before, as it should be, and each result, to look at. */
async function writeSheet(
  { edit }: PosedEdit,
  kind: EditKind,
  index: number,
  pictures: ReadonlyMap<string, RgbImage>,
): Promise<void> {
  const folder = join(stateFolder, 'pictures');
  await mkdir(folder, { recursive: true });
  const shown = [drawScene(edit.source, TOY_PIXELS), drawScene(edit.target, TOY_PIXELS)];
  for (const { rgb } of pictures.values()) shown.push(rgb);
  const name = `${kind.replaceAll(' ', '-')}-${index}`;
  await writeFile(join(folder, `${name}.png`), await encodePng(pictureGrid(shown, shown.length)));
  const caption = `${edit.sourceCaption}\n${JSON.stringify(edit.instructions)}\n`;
  await writeFile(join(folder, `${name}.txt`), `${caption}${[...pictures.keys()].join('\n')}\n`);
}

async function writeTables(): Promise<void> {
  const tables = isRead ? readCaptionsTable(results.of(weights)) : editingTables(results.of(weights));
  const name = isRead ? 'bench:edits --captions chat' : 'bench:edits';
  const marks = { start: `<!-- ${name} -->`, end: `<!-- /${name} -->` };
  process.stdout.write(`${tables}\n`);
  if (values.practice) return;
  const document = await readFile(DOCUMENT, 'utf8');
  const [before, rest] = document.split(marks.start);
  const after = rest?.split(marks.end)[1];
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} lacks ${marks.start} and ${marks.end}`);
  await writeFile(DOCUMENT, `${before}${marks.start}\n\n${tables}\n${marks.end}${after}`);
}
