/** @file The process that meets strangers' pictures: it knows no secret, and may hang, crash, or be killed. */
import { assessPhoto } from '#src/photos/coach/assess-photo.js';
import { drawContactSheet } from '#src/photos/coach/contact-sheet.js';
import { PhotoError } from '#src/photos/photos.js';
import { drawNumberedSheet } from '#src/photos/sheets/numbered-sheet.js';
import { drawWinnersCard } from '#src/photos/sheets/winners-card.js';
import { fitPhoto } from './fit-photo.js';
import { hashPicture } from './hash-picture.js';
import { normalisePhoto, openPhoto } from './open-photo.js';
import type { PhotoReply, PhotoRequest, PhotoTasks } from './tasks.js';

async function perform(request: PhotoRequest): Promise<PhotoTasks[keyof PhotoTasks]['done']> {
  switch (request.task) {
    case 'keep': {
      const { bytes, limits, maxSide } = request.given;
      return normalisePhoto(await openPhoto(bytes, limits), maxSide);
    }
    case 'assess': {
      const { bytes, limits, learntSide, earlier, maxSide } = request.given;
      const photo = await openPhoto(bytes, limits);
      const kept = maxSide === undefined ? undefined : (await normalisePhoto(photo, maxSide)).jpeg;
      return { ...(await assessPhoto(photo, learntSide, earlier)), ...(kept && { kept }) };
    }
    case 'fit':
      return fitPhoto(request.given.bytes, request.given.frame);
    case 'hash':
      return hashPicture(request.given.bytes);
    case 'drawSheet':
      return drawContactSheet(request.given);
    case 'drawNumbered':
      return drawNumberedSheet(request.given);
    case 'drawWinners':
      return drawWinnersCard(request.given);
  }
}

const reply = (message: PhotoReply) => process.send?.(message);

process.on('message', (request: PhotoRequest) => {
  perform(request).then(
    (done) => reply({ kind: 'done', done }),
    (error: unknown) =>
      reply(
        error instanceof PhotoError
          ? { kind: 'refused', problem: error.problem }
          : { kind: 'failed', message: error instanceof Error ? error.message : String(error) },
      ),
  );
});
process.on('disconnect', () => process.exit());
reply({ kind: 'ready' });
