/** What texts are made of that take longest to read: beginnings without an end, marks without a letter. */
const pumps = [
  ...['(', '((a:1.1', '(a:1.1', '[', '{"a":', '(a:', '\\(', '<!--', ' > ', 'cat > dog, ', 'replace ', ' by a '],
  ...['make the dog a ', ' and ', '\u0301\u0323', 'a\u0301\u0327\u0323', '\u202E', '👩‍👩‍👧‍👦', 'Z̷̡͓', '"', '“', 'name:'],
  ...['prompt:"', ' 2 ', '犬', '\u{E0061}', 'ﷺ'],
];

/** Each as long as it may be. */
export const worstTexts = (length: number) =>
  pumps.map((pump) => pump.repeat(Math.ceil(length / pump.length)).slice(0, length));
