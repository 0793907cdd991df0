/**
 * @file The contract between the queue's side and the engine's: what can be asked of the engine, told once for the client,
 * the messages and the engine itself. Bytes in, bytes out; everything here crosses a process boundary.
 */
import type { DataOf, ResultOf } from '#src/jobs/index.js';
import type { LoRANote } from '#src/pets/import-pet-job.js';

export interface EngineCalls {
  trainPet: { readonly input: TrainPetInput; readonly progress: TrainPetProgress; readonly output: TrainPetOutput };
  imagine: { readonly input: ImagineInput; readonly progress: ImagineProgress; readonly output: ImagineOutput };
  edit: { readonly input: EditInput; readonly progress: EditProgress; readonly output: EditOutput };
}

export type EngineCallName = keyof EngineCalls;

export interface EngineHooks<Name extends EngineCallName> {
  onProgress(progress: EngineCalls[Name]['progress']): void;
  /** Everything needed to go on from here, of a call that can. */
  onSnapshot?(bytes: Uint8Array): void;
  /** Checked once per step; then the promise rejects. */
  readonly signal: AbortSignal;
  /** Asks a call that leaves snapshots to stop: once the step is done it leaves a last one and rejects with a PausedError. */
  readonly pause?: AbortSignal | undefined;
}

/** What answers the calls. */
export type EngineFunctions = {
  readonly [Name in EngineCallName]: (
    input: EngineCalls[Name]['input'],
    hooks: EngineHooks<Name>,
  ) => Promise<EngineCalls[Name]['output']>;
};

/** What the engine process needs of the models. */
export interface PetEngine extends EngineFunctions {
  describe(): EngineDescription;
  dispose?(): Promise<void>;
}

export interface EngineDescription {
  readonly checkpoint: string;
  readonly engine: string;
}

export interface TrainPetInput {
  /** Encoded photos, checked and upright. */
  readonly photos: readonly Uint8Array[];
  /** Class noun, e.g. `dog`. */
  readonly className: string;
  /** How the pet looks, where its person said so. */
  readonly look?: string;
  /** Absent: as the checkpoint recommends. */
  readonly steps?: number;
  readonly seed: number;
  /** The last bytes given to `onSnapshot` by a training that was interrupted. */
  readonly resumeFrom?: Uint8Array;
}

export interface TrainPetProgress {
  /** Steps done. */
  readonly step: number;
  readonly steps: number;
  /** Before the first step, where pictures of the class have to be drawn first. */
  readonly classPictures?: { readonly done: number; readonly total: number };
  readonly loss?: number;
  /** PNG. */
  readonly preview?: Uint8Array;
}

/** The training stopped where it was asked to, to go on from its snapshot. */
export class PausedError extends Error {
  constructor() {
    super('paused');
    this.name = 'PausedError';
  }
}

export interface TrainPetOutput {
  /** Safetensors; its metadata holds the rare token. */
  readonly lora: Uint8Array;
  /** PNG. */
  readonly previews: readonly Uint8Array[];
  readonly lossHistory: readonly number[];
  readonly seen: ResultOf<'train-pet'>['seen'];
}

export interface ImagineInput {
  /** `{pet}` stands where the pet was named. */
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Safetensors of the pet in the prompt. */
  readonly lora?: Uint8Array;
  readonly className?: string;
  readonly count: number;
  readonly seed: number;
  /** Absent: as the checkpoint recommends. */
  readonly steps?: number;
  readonly guidanceScale?: number;
}

export interface ImagineProgress {
  readonly step: number;
  readonly steps: number;
  /** PNG. */
  readonly preview?: Uint8Array;
}

export interface ImagineOutput {
  /** PNG, one per picture asked for. */
  readonly pictures: readonly Uint8Array[];
  readonly settings: ResultOf<'imagine'>['settings'];
  /** Whether the text encoder saw only the beginning of the words. */
  readonly isPromptCut: boolean;
  /** What whoever brought the pet's file should know. */
  readonly loraNotes?: readonly LoRANote[];
}

type EditData = DataOf<'edit'>;
type EditedResult = ResultOf<'edit'>;

/** A pet in a picture or in the words of an edit. */
export interface EditedPet {
  /** Safetensors. Absent where it is not kept any more: then the pet is any animal of its class. */
  readonly lora?: Uint8Array;
  readonly className: string;
}

export interface EditInput extends Pick<EditData, 'changes' | 'strengths' | 'petStrength' | 'seed'> {
  /** Encoded, checked and upright. */
  readonly picture: Uint8Array;
  /** As in the job's contract, where absent means absent. */
  readonly drawn?: EditData['drawn'];
  readonly caption?: EditData['caption'];
  readonly target?: EditData['target'];
  readonly keepBackground?: EditData['keepBackground'];
  readonly method?: EditData['method'];
  readonly sourcePet?: EditedPet;
  readonly pet?: EditedPet;
}

export interface EditProgress {
  readonly phase: 'caption' | 'inversion' | 'editing';
  readonly step: number;
  readonly steps: number;
  /** PNG. */
  readonly preview?: Uint8Array;
}

export interface EditOutput extends Omit<EditedResult, 'pictures' | 'comparison' | 'before' | 'seconds'> {
  /** As large as the picture was, PNG or JPEG, one for each strength. */
  readonly pictures: readonly Uint8Array[];
}

export interface PetEngineOptions {
  /** Folder of the checkpoint. */
  readonly checkpoint: string;
  /** `onnx`, or `eager:<TensorFlow.js backend>`. */
  readonly engine: string;
  /** For what the engine may keep between starts, e.g. compiled graphs. */
  readonly cacheFolder: string;
  readonly log: {
    info(details: object, message: string): void;
    debug(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
  /** A graph was compiled, and stays in memory. */
  readonly onSession?: () => void;
}

/** The engine module's export of this name makes the engine. It rejects with a PermanentError where the checkpoint is not usable. */
export type CreatePetEngine = (options: PetEngineOptions) => Promise<PetEngine>;
