import { create, fill } from './texts.js';

const row = document.querySelector('#photos');
const maxParallel = 3;

/** Photos that are attached: sent to the server at once, shown as thumbnails, removable until the message goes. */
export function startPhotos(page, onChange) {
  let photos = [];
  let active = 0;
  const queue = [];

  function add(files) {
    const { limits, texts } = page.session;
    for (const file of files) {
      const bytes = photos.reduce((sum, photo) => sum + photo.file.size, file.size);
      if (photos.length >= limits.maxPhotos) {
        return page.showProblem(fill(texts.photosTooMany, { max: limits.maxPhotos, given: photos.length + 1 }));
      }
      if (file.size > limits.maxPhotoBytes) {
        page.showProblem(
          fill(texts.photoTooManyBytes, {
            number: photos.length + 1,
            name: file.name,
            max: megabytes(limits.maxPhotoBytes),
          }),
        );
      } else if (bytes > limits.maxWaitingBytes) {
        page.showProblem(fill(texts.uploadTooLarge, { max: megabytes(limits.maxWaitingBytes) }));
      } else {
        attach(file);
      }
    }
    onChange();
  }

  function attach(file) {
    const photo = {
      file,
      name: file.name,
      address: URL.createObjectURL(file),
      fraction: 0,
      abort: undefined,
      id: undefined,
    };
    photo.done = new Promise((resolve) => {
      queue.push(() => upload(photo, resolve));
    });
    photo.item = createThumbnail(photo);
    photos.push(photo);
    row.append(photo.item);
    row.hidden = false;
    next();
  }

  function next() {
    if (active >= maxParallel || queue.length === 0) return;
    active += 1;
    queue
      .shift()()
      .finally(() => {
        active -= 1;
        next();
      });
    next();
  }

  /** XMLHttpRequest, because fetch does not tell how much of a body has gone. */
  function upload(photo, resolve) {
    return new Promise((finished) => {
      const finish = (isSent) => {
        photo.item.dataset.state = isSent ? 'sent' : 'failed';
        resolve(isSent);
        finished();
      };
      if (photo.isRemoved) return finish(false);
      const request = new XMLHttpRequest();
      photo.abort = () => request.abort();
      request.open('PUT', `/api/photos?name=${encodeURIComponent(photo.name)}`);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.upload.addEventListener('progress', ({ loaded, total }) =>
        photo.item.style.setProperty('--sent', String(loaded / total)),
      );
      request.addEventListener('load', () => {
        const answer = parse(request.responseText);
        photo.id = answer.photo;
        finish(request.status === 201);
      });
      for (const name of ['error', 'abort', 'timeout']) request.addEventListener(name, () => finish(false));
      request.send(photo.file);
    });
  }

  function createThumbnail(photo) {
    const image = create('img', { src: photo.address, alt: photo.name });
    // A photo that the browser cannot show may still be one that the bot can judge.
    image.addEventListener('error', () => image.replaceWith(create('span', { className: 'nameless' }, photo.name)));
    const remove = create('button', { type: 'button' }, '×');
    const label = fill(page.session.texts.removePhoto, { name: photo.name });
    remove.setAttribute('aria-label', label);
    remove.title = label;
    remove.addEventListener('click', () => {
      detach(photo);
      onChange();
    });
    const item = create('li', { title: photo.name }, image, create('i'), remove);
    item.dataset.state = 'sending';
    return item;
  }

  function detach(photo) {
    photo.isRemoved = true;
    photo.abort?.();
    if (photo.id) fetch(`/api/photos/${photo.id}`, { method: 'DELETE' }).catch(() => {});
    URL.revokeObjectURL(photo.address);
    photo.item.remove();
    photos = photos.filter((other) => other !== photo);
    row.hidden = photos.length === 0;
  }

  return {
    add,
    count: () => photos.length,
    /** @returns whether every photo has arrived at the server */
    whenSent: async () => (await Promise.all(photos.map(({ done }) => done))).every(Boolean),
    list: () => photos.map(({ id, name, address, file }) => ({ id, name, address, file })),
    /** The message has them now. */
    clear() {
      photos = [];
      row.replaceChildren();
      row.hidden = true;
    },
  };
}

function parse(json) {
  try {
    return JSON.parse(json);
  } catch {
    return {};
  }
}

function megabytes(bytes) {
  return Math.round(bytes / 1024 / 1024);
}
