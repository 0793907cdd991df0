/** @file Tensors as plain numbers: what goes in and out of a compiled function. */

export type HostData = Float32Array | Int32Array | Uint8Array;

export interface HostTensor {
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: readonly number[];
  /** Row-major elements. */
  readonly data: HostData;
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** @throws if the number of elements is not that of the shape */
export function hostTensor(shape: readonly number[], data: HostData): HostTensor {
  if (data.length !== elementCount(shape)) {
    throw new Error(`A tensor of shape [${shape}] holds ${elementCount(shape)} elements, got ${data.length}`);
  }
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
  return { dtype, shape, data };
}

/** One float32 number. */
export const hostScalar = (value: number): HostTensor => hostTensor([], new Float32Array([value]));
