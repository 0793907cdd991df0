/** The demo's contest as a section of its page: chapter by chapter, what each community saw. */
import type { ShownMessage } from './contest/shown-message.js';
import type { Chapter, ContestStory, Scene } from './contest/story.js';
import { escapeHtml, image, seconds, words } from './page-parts.js';

export function renderContest(story: ContestStory, language: string): string {
  const { title, chapters, entryCount, voterCount, seconds: taken } = story;
  return `<h2>A contest in two communities</h2>
<p class="quiet">“${escapeHtml(title)}”: a server on Discord and a group on Telegram, both emulated, with the client libraries of the real ones. ${entryCount} entries, ${voterCount} voters, a tie and a disqualification, in ${seconds(taken)}; phases that take days are ended by a moderator.</p>
${chapters.map((chapter, index) => renderChapter(chapter, index + 1, language)).join('\n')}
${renderResults(story)}`;
}

function renderChapter({ title, words: told, scenes, telephone }: Chapter, number: number, language: string): string {
  const picture =
    telephone &&
    `<figure class="telephone">${image(telephone.picture, telephone.alt)}<figcaption>${escapeHtml(telephone.alt)}</figcaption></figure>`;
  return `<h3>${number}. ${escapeHtml(title)}</h3>
<p class="quiet">${escapeHtml(told)}</p>
<section class="scenes" lang="${escapeHtml(language)}">${scenes.map(renderScene).join('\n')}${picture ?? ''}</section>`;
}

function renderScene({ where, said, messages }: Scene): string {
  const line = said ? `<div class="bubble person"><b>${escapeHtml(said.by)}</b> ${escapeHtml(said.line)}</div>` : '';
  return `<article class="card scene"><p class="where">${escapeHtml(where)}</p>${line}${messages.map(renderMessage).join('')}</article>`;
}

function renderMessage({ text, pictures, files, buttons }: ShownMessage): string {
  const shown = pictures.map(({ bytes, alt }) => image(bytes, alt)).join('');
  const named = files.map((name) => `<span class="file">📎 ${escapeHtml(name)}</span>`).join('');
  const rows = buttons.map((row) => `<span class="keys">${row.map(renderButton).join('')}</span>`).join('');
  return `<div class="bubble bot">${shown}${words(text)}${named}</div>${rows}`;
}

function renderButton(label: string): string {
  return `<span class="key${label.startsWith('✓') ? ' marked' : ''}">${escapeHtml(label)}</span>`;
}

function renderResults({ results: [heading = [], ...rows], archive }: ContestStory): string {
  const row = (cells: readonly string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const table = `<table><thead>${row(heading, 'th')}</thead><tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`;
  const tables = archive.filter((name) => !name.startsWith('pictures/'));
  const contents = `${tables.join(', ')}, and ${archive.length - tables.length} pictures`;
  return `<section class="card table" tabindex="0"><p class="where">In it are ${escapeHtml(contents)}. This is results.csv:</p>${table}</section>`;
}
