import type { Processors } from '../queue/processor.js';
import { editProcessor } from './edit.js';
import { imagineProcessor } from './imagine.js';
import { importPetProcessor } from './import-pet.js';
import { trainPetProcessor } from './train-pet.js';
import { upscaleProcessor } from './upscale.js';

export const processors: Processors = {
  'train-pet': trainPetProcessor,
  imagine: imagineProcessor,
  edit: editProcessor,
  upscale: upscaleProcessor,
  'import-pet': importPetProcessor,
};
