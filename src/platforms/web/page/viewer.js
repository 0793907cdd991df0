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
