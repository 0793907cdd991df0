import { imagineProcessor } from './imagine.js';
import type { Processors } from './processor.js';
import { trainPetProcessor } from './train-pet.js';

export const processors: Processors = { 'train-pet': trainPetProcessor, imagine: imagineProcessor };
