export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Float32Array;
}
