/** What is said between the bot and the process that looks at pictures. */
export interface JudgeRequest {
  /** From 1 on. */
  readonly id: number;
  /** A file as it is stored. */
  readonly picture: Uint8Array;
  readonly maxPixels: number;
}

/** First one with the id 0: it is ready. */
export interface JudgeReply {
  readonly id: number;
  /** 0…1; absent where it could not be read. */
  readonly score?: number;
}
