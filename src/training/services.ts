import type { JudgedPhotos } from '#src/photos/coach/doubts.js';

/** A training that waits until the person has said what to do about doubtful photos. */
export interface TrainingDraft extends JudgedPhotos {
  readonly id: string;
  readonly petName: string;
  readonly className: string;
  /** The doubtful photos are gone, others are to come in their place. */
  readonly isReplacing: boolean;
  /** A photo of it was covered. */
  readonly isSpoiler?: true;
}

/** The invoking person's drafts; they are forgotten after a day. */
export interface DraftsService {
  /** @throws UserError where it is over, or somebody else's */
  get(id: string): Promise<TrainingDraft>;
  /** The one of this invocation, when its event is delivered again. */
  savedBefore(): Promise<TrainingDraft | undefined>;
  /** The one whose doubtful photos are being replaced. */
  findReplacing(petName: string): Promise<TrainingDraft | undefined>;
  /** Replaces an earlier draft for the same name. */
  save(draft: Omit<TrainingDraft, 'id' | 'isReplacing'>): Promise<TrainingDraft>;
  /** Forgets the doubtful photos and keeps the others for the next training of that name. */
  replaceDoubtful(draft: TrainingDraft): Promise<TrainingDraft>;
  /** The photos belong to a training now. */
  finish(draft: TrainingDraft): Promise<void>;
  /** Forgets everything at once, but for what is needed elsewhere. */
  forget(draft: TrainingDraft): Promise<void>;
}
