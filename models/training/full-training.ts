/** @file Trains every parameter of a model: gradients from a compiled graph, AdamW on the host, snapshots to resume from. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { CompiledFunction, Engine, HostTensors, Signature } from '../tensors/engine/engine.js';
import { type HostTensor, hostTensor } from '../tensors/engine/host-tensor.js';
import { SafetensorsFile, type SafetensorsTensor, writeSafetensors } from '../tensors/files/safetensors.js';
import { tensorParameters } from '../tensors/files/weight-files.js';
import {
  createParameterState,
  type HostAdamWOptions,
  hostAdamWStep,
  type ParameterState,
} from '../tensors/optimizers/host-adamw.js';
import { initialParameter } from '../tensors/parameter-initialization.js';
import { Parameters } from '../tensors/parameters.js';
import { createGenerator } from '../tensors/random.js';

export interface TrainingTask {
  readonly name: string;
  /** Names and shapes of everything that is trained. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Shapes of a batch. */
  readonly signature: Signature;
  /** @returns `loss`, a scalar that is minimised, and further scalars for the log */
  readonly loss: (batch: Readonly<Record<string, tf.Tensor>>, parameters: Parameters) => Record<string, tf.Tensor>;
  /** Parameters that training changes; all of them without it. */
  readonly isTrained?: (name: string) => boolean;
  readonly optimizer?: HostAdamWOptions;
  readonly zeroResidualBranches?: boolean;
  readonly seed?: number;
}

const PARAMETER_PREFIX = 'parameter.';

export class FullTraining {
  readonly task: TrainingTask;
  readonly states: ReadonlyMap<string, ParameterState>;
  /** Steps done so far. */
  step = 0;
  readonly #compiled: CompiledFunction;

  private constructor(task: TrainingTask, compiled: CompiledFunction) {
    this.task = task;
    this.#compiled = compiled;
    const generator = createGenerator(task.seed ?? 0).fork(task.name);
    this.states = new Map(
      [...task.shapes].map(([name, shape]) => [
        name,
        createParameterState(initialParameter(name, shape, generator, task)),
      ]),
    );
  }

  static async create(engine: Engine, task: TrainingTask): Promise<FullTraining> {
    return new FullTraining(
      task,
      await engine.compile(`train ${task.name}`, gradientFunction(task), signatureOf(task)),
    );
  }

  /** One step on a batch. @returns the scalars of the loss function, and `gradientNorm` */
  async train(batch: HostTensors, learningRate: number): Promise<Record<string, number>> {
    const outputs = await this.#compiled.run({ ...batch, ...this.#parameterInputs() });
    const trained = trainedNames(this.task);
    const gradients = trained.map((name) => outputs[`gradient.${name}`]!.data as Float32Array);
    const scalars = Object.entries(outputs).filter(([key]) => !key.startsWith('gradient.'));
    const metrics = Object.fromEntries(scalars.map(([key, { data }]) => [key, data[0]!]));
    if (!Number.isFinite(metrics.loss))
      throw new Error(`${this.task.name}: the loss is ${metrics.loss} at step ${this.step}`);
    this.step++;
    const gradientNorm = hostAdamWStep(
      trained.map((name) => this.states.get(name)!),
      gradients,
      this.step,
      learningRate,
      this.task.optimizer,
    );
    return { ...metrics, gradientNorm };
  }

  #parameterInputs(): HostTensors {
    return Object.fromEntries(
      [...this.task.shapes].map(([name, shape]) => [
        PARAMETER_PREFIX + name,
        hostTensor(shape, this.states.get(name)!.value),
      ]),
    );
  }

  /** A function of the averaged weights, for measuring. */
  async compileWithAverages(
    engine: Engine,
    name: string,
    signature: Signature,
    fn: (inputs: Readonly<Record<string, tf.Tensor>>, parameters: Parameters) => Record<string, tf.Tensor>,
  ): Promise<(inputs: HostTensors) => Promise<Record<string, HostTensor>>> {
    const names = [...this.task.shapes.keys()];
    const compiled = await engine.compile(
      name,
      (inputs) =>
        fn(
          inputs,
          new Parameters(tensorParameters(new Map(names.map((key) => [key, inputs[PARAMETER_PREFIX + key]!])))),
        ),
      signatureOf({ ...this.task, signature }),
    );
    const averages = [...this.task.shapes].map(([key, shape]) => [
      PARAMETER_PREFIX + key,
      hostTensor(shape, this.states.get(key)!.average),
    ]);
    return (inputs) => compiled.run({ ...inputs, ...Object.fromEntries(averages) });
  }

  /** Weights, moments and averages, so that training goes on exactly where it was. */
  async save(path: string): Promise<void> {
    const tensors: Record<string, SafetensorsTensor> = {};
    for (const [name, shape] of this.task.shapes) {
      for (const [part, data] of Object.entries(this.states.get(name)!)) tensors[`${part}.${name}`] = { shape, data };
    }
    await mkdir(dirname(path), { recursive: true });
    await writeSafetensors(path, tensors, { step: String(this.step) });
  }

  async resume(path: string): Promise<void> {
    const file = await SafetensorsFile.open(path);
    for (const [name, state] of this.states) {
      for (const [part, data] of Object.entries(state)) data.set(await file.readFloat32(`${part}.${name}`));
    }
    this.step = Number(file.metadata.step);
  }

  /** Starts from the weights of a checkpoint, with fresh moments. */
  async startFrom(path: string, prefix = ''): Promise<void> {
    const file = await SafetensorsFile.open(path);
    for (const [name, { value, average }] of this.states) {
      value.set(await file.readFloat32(prefix + name));
      average.set(value);
    }
  }

  /** The averaged weights in half precision, as a checkpoint ships them. */
  async export(path: string, rename: (name: string) => string | undefined = (name) => name): Promise<void> {
    const tensors: Record<string, SafetensorsTensor> = {};
    for (const [name, shape] of this.task.shapes) {
      const target = rename(name);
      if (target !== undefined) tensors[target] = { shape, data: this.states.get(name)!.average, dtype: 'F16' };
    }
    await mkdir(dirname(path), { recursive: true });
    await writeSafetensors(path, tensors, { format: 'pt' });
  }
}

function signatureOf({ shapes, signature }: TrainingTask): Signature {
  const parameters = [...shapes].map(([name, shape]) => [
    PARAMETER_PREFIX + name,
    { shape, dtype: 'float32' as const },
  ]);
  return { ...signature, ...Object.fromEntries(parameters) };
}

function trainedNames({ shapes, isTrained = () => true }: TrainingTask): string[] {
  return [...shapes.keys()].filter(isTrained);
}

function gradientFunction(task: TrainingTask) {
  const names = trainedNames(task);
  return (inputs: Readonly<Record<string, tf.Tensor>>) => {
    let metrics: Record<string, tf.Tensor> = {};
    const lossOf = (...tensors: tf.Tensor[]) => {
      const byName = new Map([...task.shapes.keys()].map((name) => [name, inputs[PARAMETER_PREFIX + name]!]));
      for (const [index, name] of names.entries()) byName.set(name, tensors[index]!);
      const { loss, ...others } = task.loss(inputs, new Parameters(tensorParameters(byName)));
      metrics = others;
      return loss as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => inputs[PARAMETER_PREFIX + name]!));
    const gradients = grads.map((gradient, index) => [`gradient.${names[index]}`, gradient]);
    return { loss: value, ...metrics, ...Object.fromEntries(gradients) };
  };
}

/** Linear warm-up, then a cosine down to `floor` of the peak. */
export function cosineLearningRate(
  step: number,
  {
    peak,
    warmupSteps,
    totalSteps,
    floor = 0.02,
  }: { peak: number; warmupSteps: number; totalSteps: number; floor?: number },
): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return peak * (floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * progress)));
}
