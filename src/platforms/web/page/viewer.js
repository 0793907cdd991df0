/** Of both pages: shows one of several pictures large. It is there before the page puts its texts in. */
document.body.insertAdjacentHTML(
  'beforeend',
  `<dialog id="viewer">
    <img alt="" />
    <div class="viewer-bar">
      <p></p>
      <a class="round" download>
        <span class="unseen" data-text="download">Download</span>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4.5v11M7 10.8l5 5 5-5M5 19.5h14" /></svg>
      </a>
      <button type="button" class="round" data-label="close" aria-label="Close" autofocus>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18" /></svg>
      </button>
    </div>
  </dialog>`,
);
const dialog = document.querySelector('#viewer');
const image = dialog.querySelector('img');
const caption = dialog.querySelector('p');
const download = dialog.querySelector('a');
const closeButton = dialog.querySelector('button');

let pictures = [];
let current = 0;

function show(index) {
  current = (index + pictures.length) % pictures.length;
  const { src, alt } = pictures[current];
  image.src = src;
  image.alt = alt;
  caption.textContent = alt;
  download.href = src;
}

/** Shows one of a message's pictures large; arrow keys walk through them. */
export function openViewer(list, index) {
  pictures = list;
  show(index);
  dialog.showModal();
}

closeButton.addEventListener('click', () => dialog.close());
dialog.addEventListener('click', ({ target }) => {
  if (target === dialog || target === image) dialog.close();
});
dialog.addEventListener('keydown', ({ key }) => {
  if (key === 'ArrowRight') show(current + 1);
  if (key === 'ArrowLeft') show(current - 1);
});
