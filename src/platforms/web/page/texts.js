/** Puts values into `{names}` of a text. */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** Texts that stand in the page itself, marked by data attributes. */
export function applyTexts(texts) {
  for (const element of document.querySelectorAll('[data-text]'))
    element.textContent = texts[element.dataset.text] ?? element.textContent;
  for (const element of document.querySelectorAll('[data-placeholder]'))
    element.placeholder = texts[element.dataset.placeholder];
  for (const element of document.querySelectorAll('[data-label]')) {
    const label = texts[element.dataset.label] ?? element.getAttribute('aria-label');
    element.setAttribute('aria-label', label);
    if (element.tagName === 'BUTTON') element.title = label;
  }
}

/** A new element: `create('button', { className: 'chip', type: 'button' }, 'words')`. */
export function create(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
