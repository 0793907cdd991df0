import { expect, test } from 'vitest';
import { renderContest } from '#deploy/demo/contest-section.js';

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

test('a contest shows who saw what, with pictures and buttons, and nobody’s words become markup', () => {
  const message = { text: '🏆 <Spring>: press /contest', pictures: [{ bytes: png, alt: 'a "dog"' }], files: ['a.zip'] };
  const section = renderContest(
    {
      title: '<Spring>',
      chapters: [
        {
          title: 'One line',
          words: 'opens it',
          scenes: [
            {
              where: 'Discord, Paw Prints',
              said: { by: 'Mona', line: '/host title: <b>' },
              messages: [{ ...message, buttons: [['1', '✓ 2']] }],
            },
          ],
          telephone: { picture: png, alt: 'a ballot' },
        },
      ],
      results: [
        ['rank', 'author'],
        ['1', '<i>Anna'],
      ],
      archive: ['results.csv'],
      entryCount: 12,
      voterCount: 20,
      seconds: 48.2,
    },
    'en',
  );
  expect(section).not.toMatch(/<Spring>|<b>\n|title: <b>|<i>Anna/);
  expect(section).toContain('<b>Mona</b> /host title: &#60;b&#62;');
  expect(section).toContain('12 entries, 20 voters, a tie and a disqualification, in 48 s');
  expect(section).toContain('<code>/contest</code>');
  expect(section.match(/<img [^>]*src="data:image\/png;base64,iVBORw=="/g)).toHaveLength(2);
  expect(section).toContain('<span class="key">1</span><span class="key marked">✓ 2</span>');
  expect(section).toContain('<tr><td>1</td><td>&#60;i&#62;Anna</td></tr>');
});
