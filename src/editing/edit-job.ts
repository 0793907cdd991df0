import { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';
import { defineJob } from '#src/core/define-job.js';
import { JobPet } from '#src/core/job-pet.js';
import { petMarker, schedulerNames, UnknownWords } from '#src/drawing/imagine-job.js';

/** How a photo is taken apart before it is changed; the engine knows no others. */
export const editMethods = [
  'direct',
  'ddim',
  'negative-prompt',
  'proximal',
  'null-text',
  'edit-friendly',
  'diffedit',
  'plug-and-play',
  'pix2pix-zero',
] as const;
export type EditMethod = (typeof editMethods)[number];

/** How words of an edit find those of the picture; the engine knows no others. */
export const tokenAlignments = ['refine', 'replace', 'legacy-replace', 'none'] as const;

export const editStrength = { min: 1, max: 5, usual: 3 } as const;
export const maxEditChanges = 6;
/** Of a photo's longer side to its shorter one: chats show no longer pictures. */
export const maxEditedRatio = 20;
/** Of one side of a change, in characters. */
export const maxEditWords = 300;
export const editFactor = { min: 0, max: 5 } as const;
export const petStrength = { usual: 1, max: 2 } as const;
export const maxCaptionLength = 1000;

/** Words may hold the marker where a pet was named, which is longer than a short name. */
const Words = z
  .string()
  .min(1)
  .max(6 * maxEditWords);
/** With markers. */
const Prompt = z.string().max(12_000);

export const EditChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('replace'), from: Words, to: Words }),
  z.object({ kind: z.literal('add'), words: Words }),
  z.object({ kind: z.literal('remove'), words: Words }),
  z.object({
    kind: z.literal('weigh'),
    words: Words,
    factor: z.number().min(editFactor.min).max(editFactor.max),
  }),
]);
export type EditChange = z.infer<typeof EditChange>;

/** What a picture shows before an edit. It belongs to the picture: every edit of it uses the same. */
export const EditCaption = z.object({
  text: Prompt,
  /** Edits named these, and nothing else showed them to be in the picture. */
  words: z.array(Words).max(40).default([]),
  /** Said by a person, or known since the picture was made: nothing is added to it. */
  isGiven: z.boolean(),
});
export type EditCaption = z.infer<typeof EditCaption>;

const EditPet = JobPet.extend({
  /** For sentences about the edit. */
  name: z.string().min(1).max(100),
});
export type EditPet = z.infer<typeof EditPet>;

const Score = z.object({
  /** `direction`: cosine between the change of the picture and that of the words; `changed-share`: the checkpoint cannot compare the two. */
  kind: z.enum(['direction', 'changed-share']),
  value: z.number(),
  /** Share of the pixels that changed visibly, 0…1. */
  changedShare: z.number().min(0).max(1),
});

/** Shares of the steps, [from, to). */
const StepWindow = z.union([z.number(), z.tuple([z.number(), z.number()])]);

const BlendWords = z.array(Prompt).max(6000);

/** What an edit did to attention, as the library takes it. */
const Control = z.object({
  alignment: z.enum(tokenAlignments),
  selfReplaceLevel: z.int().nonnegative(),
  /** Words, with markers, that marked where the picture may change, and where it must not; absent: it may everywhere. */
  blend: z
    .object({ source: BlendWords, target: BlendWords, subtract: BlendWords.optional(), threshold: z.number() })
    .optional(),
});

/** What the strengths of one edit differ in. */
const StrengthSettings = z.object({
  guidanceScale: z.number(),
  crossReplaceSteps: StepWindow,
  selfReplaceSteps: StepWindow,
});

/** Why a picture of ours was inverted, although it was to be drawn again. */
export const replayObstacles = ['pet-gone', 'other-pet', 'pet-strength', 'drawn-otherwise'] as const;
export type ReplayObstacle = (typeof replayObstacles)[number];

/** Changes something in a picture and leaves the rest as it is. */
export const edit = defineJob({
  name: 'edit',
  version: 1,
  data: z.object({
    picture: BlobKey,
    /** How the picture was drawn, where it is one of ours: it is drawn again beside its edit, so that nothing has to be inverted. */
    drawn: z
      .object({
        prompt: Prompt.min(1),
        negativePrompt: z.string().max(2000),
        seed: z.int().min(0).max(0xffff_ffff),
        /** Among the pictures of the seed. */
        index: z.int().min(0).max(3),
        steps: z.int().min(1).max(200),
        guidanceScale: z.number().min(0).max(30),
        /** Absent: as the checkpoint recommends. */
        scheduler: z.enum(schedulerNames).optional(),
      })
      .optional(),
    /** Whom the marker in the caption, or in the words it was drawn from, stands for. */
    sourcePet: EditPet.optional(),
    /** The result that this picture is, for going back to it. */
    from: z
      .object({
        name: z.enum(['imagine', 'edit']),
        job: z.string().min(1).max(64),
        number: z.int().min(1).max(4),
      })
      .optional(),
    /** The picture was given by somebody else, whose edit this one began with. */
    isOthers: z.literal(true).optional(),
    caption: EditCaption.optional(),
    changes: z.array(EditChange).max(maxEditChanges).default([]),
    /** What the picture shall show, where no changes are listed. */
    target: Prompt.optional(),
    /** Whom the marker in the changes, or in the target, stands for. */
    pet: EditPet.optional(),
    /** Left out of the changes, or of the target. Absent: none. */
    unknownWords: UnknownWords.optional(),
    strengths: z.array(z.int().min(editStrength.min).max(editStrength.max)).min(1).max(3).default([editStrength.usual]),
    petStrength: z.number().min(0).max(petStrength.max).default(petStrength.usual),
    /** Absent: as the checkpoint recommends. */
    keepBackground: z.boolean().optional(),
    /** Absent: as the checkpoint recommends. With a method a picture of ours is inverted like any other. */
    method: z.enum(editMethods).optional(),
    seed: z.int().min(0).max(0xffff_ffff),
    /** Whether the photo had more pixels than are kept. */
    isReduced: z.boolean().default(false),
    /** The photo was covered by whoever sent it. */
    isSpoiler: z.boolean().optional(),
  }),
  progress: z.object({
    phase: z.enum(['caption', 'inversion', 'editing']),
    step: z.int().nonnegative(),
    steps: z.int().positive(),
    preview: BlobKey.optional(),
  }),
  result: z.object({
    /** As large as the picture was, one for each strength. */
    pictures: z.array(BlobKey).min(1).max(3),
    /** The picture and what became of it, side by side. */
    comparison: BlobKey,
    /** The picture as it was: kept as long as what became of it. */
    before: BlobKey,
    caption: EditCaption,
    /** With the marker where the pet stands. */
    targetPrompt: Prompt,
    settings: z.object({
      method: z.enum([...editMethods, 'replay']),
      steps: z.int().positive(),
      guidanceScale: z.number(),
      /** This and the next are absent in results of older versions. */
      control: Control.optional(),
      byStrength: z.array(StrengthSettings).min(1).max(3).optional(),
    }),
    /** How well the picture came back without any change, in decibels; what the autoencoder loses counts too. */
    reconstruction: z.number(),
    /** So badly that more may have changed than was asked for. */
    isLost: z.boolean(),
    /** The checkpoint does not know such pictures. Absent in results of older versions. */
    isUnknown: z.boolean().optional(),
    scores: z.array(Score).min(1).max(3),
    /** The picture did not change the way its words did, and shows this to the checkpoint. Absent where it did, or nobody can tell. */
    missed: z
      .object({
        seen: z.string().min(1).max(500),
        /** Places among the changes, where the others came out. Absent: nothing did. */
        parts: z.array(z.int().nonnegative()).min(1).max(maxEditChanges).optional(),
      })
      .optional(),
    /** Whether nothing had to be taken apart, because that was done before. */
    isInversionCached: z.boolean(),
    /** Absent where the picture was drawn again, or was none of ours. */
    replayObstacle: z.enum(replayObstacles).optional(),
    /** Passes of one row through the model. */
    evaluations: z.int().nonnegative(),
    isPromptCut: z.boolean(),
    /** Whether the picture was put into a square with borders for the model. */
    isLetterboxed: z.boolean(),
    /** Whether its sides were pressed to one length. Absent in results of older versions. */
    isSqueezed: z.boolean().optional(),
    seconds: z.number().nonnegative(),
  }),
  attempts: 3,
  activity: 'draw',
  line: 'commands.queue.replies.editing',
  // It may have begun with somebody else's picture.
  ownFiles: ({ picture, from, isOthers }, result, isOwn) => [
    ...(!isOthers && (from === undefined || isOwn(from.job)) ? [picture] : []),
    ...(result?.pictures ?? []),
    result?.comparison,
  ],
  // A pet without an id in the picture is any animal of its kind, as on a photo.
  pets: ({ pet, sourcePet }) => [...(pet ? [pet] : []), ...(sourcePet?.id === undefined ? [] : [sourcePet])],
  words: ({ drawn, sourcePet, pet, caption, changes, target = '' }) => [
    ...(drawn ? [drawn.prompt, drawn.negativePrompt] : []),
    ...[sourcePet, pet].flatMap((one) => (one ? [one.name, one.className] : [])),
    ...(caption ? [caption.text, ...caption.words] : []),
    ...changes.flatMap((change) => (change.kind === 'replace' ? [change.from, change.to] : [change.words])),
    target,
  ],
  drawsPets: true,
});

/** A change with signs, which are read in one way only. */
export function writtenChange(change: EditChange): string {
  switch (change.kind) {
    case 'replace':
      return `${change.from} → ${change.to}`;
    case 'add':
      return `+ ${change.words}`;
    case 'remove':
      return `- ${change.words}`;
    case 'weigh':
      return `${change.words} ×${change.factor}`;
  }
}

/** A caption as people read it, with the pet's name for its marker. */
export function shownCaption({ sourcePet }: { readonly sourcePet?: EditPet | undefined }, caption: string): string {
  return caption.replaceAll(petMarker, sourcePet?.name ?? '');
}
