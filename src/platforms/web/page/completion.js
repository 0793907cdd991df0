import { create } from './texts.js';

const list = document.querySelector('#completions');
const hint = document.querySelector('#hint');
const waitMs = 120;

/** What stands before the cursor: a command's beginning, an option's name, or an option's value. */
export function parseInput(text, commands) {
  const commandStart = /^\s*\/([\p{L}\p{N}_-]*)$/u.exec(text);
  if (commandStart) return { kind: 'command', typed: commandStart[1].toLowerCase() };
  const match = /^\s*\/([\p{L}\p{N}_-]+)\s/u.exec(text);
  const command = commands.find(({ name }) => name === match?.[1].toLowerCase());
  if (!command) return { kind: 'none' };
  const used = new Set([...text.matchAll(/(?<![^\s])([\p{L}\p{N}_-]+):/gu)].map(([, name]) => name.toLowerCase()));
  const value = /(?<![^\s])([\p{L}\p{N}_-]+):([^:]*)$/u.exec(text);
  const option = command.options.find(({ name }) => name === value?.[1].toLowerCase());
  if (option) return { kind: 'value', command, used, option, typed: value[2].trimStart() };
  const word = /(?<![^\s])([\p{L}\p{N}_-]{2,})$/u.exec(text)?.[1] ?? '';
  return { kind: 'option', command, used, typed: word.toLowerCase() };
}

/** Completes commands, options and their values in the text field. */
export function startCompletion(page, field, { hasPhotos, isNewHere, onPhotos }) {
  let suggestions = [];
  let active = -1;
  let asked = 0;
  let timer;

  function update() {
    clearTimeout(timer);
    asked += 1;
    const { commands } = page.session;
    const input = parseInput(field.value.slice(0, field.selectionStart), commands);
    showHint(parseInput(`${field.value} `, commands).command);
    if (input.kind === 'command') {
      const fitting = commands.filter(({ name }) => name.startsWith(input.typed));
      show(
        fitting.map(({ name, description }) => ({
          title: `/${name}`,
          description,
          insert: `/${name} `,
          replaces: input.typed.length + 1,
        })),
        0,
      );
    } else if (input.kind === 'option' && input.typed !== '') {
      const fitting = input.command.options.filter(
        ({ name, isFreeText }) => !isFreeText && !input.used.has(name) && name.startsWith(input.typed),
      );
      show(
        fitting.map(({ name, description }) => ({
          title: `${name}:`,
          description,
          insert: `${name}: `,
          replaces: input.typed.length,
        })),
        -1,
      );
    } else if (input.kind === 'value') {
      show([], -1);
      timer = setTimeout(askForValues, waitMs, input, asked);
    } else {
      show([], -1);
    }
  }

  async function askForValues({ command, option, typed }, number) {
    const query = new URLSearchParams({ command: command.name, option: option.name, typed });
    const response = await fetch(`/api/completions?${query}`).catch(() => undefined);
    const { values = [] } = response?.ok ? await response.json() : {};
    if (number !== asked) return;
    const others = values.filter((value) => value !== typed.trim());
    show(
      others.map((value) => ({
        title: value,
        description: option.description,
        insert: `${value} `,
        replaces: typed.length,
      })),
      -1,
    );
  }

  function show(next, firstActive) {
    suggestions = next;
    active = next.length > 0 ? firstActive : -1;
    list.hidden = next.length === 0;
    field.setAttribute('aria-expanded', String(next.length > 0));
    list.replaceChildren(
      ...next.map(({ title, description }, index) => {
        const item = create(
          'div',
          { id: `completion-${index}` },
          create('b', {}, title),
          create('span', {}, description),
        );
        item.setAttribute('role', 'option');
        // Before the field loses its focus.
        item.addEventListener('pointerdown', (event) => {
          event.preventDefault();
          take(index);
        });
        return item;
      }),
    );
    mark();
  }

  function mark() {
    [...list.children].forEach((item, index) => {
      item.setAttribute('aria-selected', String(index === active));
      if (index === active) item.scrollIntoView({ block: 'nearest' });
    });
    if (active < 0) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', `completion-${active}`);
  }

  function take(index) {
    const { insert, replaces } = suggestions[index];
    const end = field.selectionStart;
    field.setRangeText(insert, end - replaces, end, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
  }

  /** What the command does and which options it still takes, each a click away. */
  function showHint(command) {
    if (!command) return showCommands();
    hint.hidden = false;
    const { used } = parseInput(`${field.value} `, page.session.commands);
    const chips = command.options
      .filter(({ name, isFreeText }) => !isFreeText && !used.has(name))
      .map(({ name, description, required }) => {
        const chip = create(
          'button',
          { type: 'button', className: required ? 'chip required' : 'chip', title: description },
          `${name}:`,
        );
        chip.addEventListener('click', () => {
          const gap = field.value === '' || /\s$/.test(field.value) ? '' : ' ';
          field.setRangeText(`${gap}${name}: `, field.value.length, field.value.length, 'end');
          field.dispatchEvent(new Event('input', { bubbles: true }));
          field.focus();
        });
        return chip;
      });
    if (command.photos && !hasPhotos()) {
      const chip = create(
        'button',
        { type: 'button', className: 'chip required', title: command.photos.description },
        page.session.texts.addPhotos,
      );
      chip.addEventListener('click', onPhotos);
      chips.push(chip);
    }
    hint.replaceChildren(create('span', {}, command.description), ...chips);
  }

  /** Something to click for whoever has not said anything yet. */
  function showCommands() {
    hint.hidden = field.value !== '' || hasPhotos() || !isNewHere();
    if (hint.hidden) return;
    const chips = page.session.commands.map(({ name, description }) => {
      const chip = create('button', { type: 'button', className: 'chip', title: description }, `/${name}`);
      chip.addEventListener('click', () => {
        field.value = `/${name} `;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.focus();
      });
      return chip;
    });
    hint.replaceChildren(...chips);
  }

  /** @returns whether the key was meant for the list */
  function handleKey({ key, shiftKey }) {
    if (suggestions.length === 0) return false;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const step = key === 'ArrowDown' ? 1 : -1;
      active =
        active < 0
          ? step > 0
            ? 0
            : suggestions.length - 1
          : (active + step + suggestions.length) % suggestions.length;
      mark();
      return true;
    }
    if (key === 'Escape') {
      show([], -1);
      return true;
    }
    if (key === 'Tab' && !shiftKey) {
      take(Math.max(0, active));
      return true;
    }
    if (key !== 'Enter' || active < 0) return false;
    // A command written out in full is sent; one that needs more words is completed first.
    const { title } = suggestions[active];
    const command = page.session.commands.find(({ name }) => title === `/${name}`);
    if (command && field.value.trim() === title && !command.needsText && !command.photos) return false;
    take(active);
    return true;
  }

  return { update, handleKey, hide: () => show([], -1) };
}
