import type { Random } from './random.ts';

/** One way to spoil a text. `others` are further texts to take parts from, `pieces` what its language and others are made of. */
type Mutation = (
  text: string,
  random: Random,
  others: readonly string[],
  pieces: readonly string[],
) => string;

/** Characters that look like others, or that PubMed and Unicode treat in their own way. */
const CONFUSABLES = [
  ..."“”„«»‘’'´`",
  ...'–—‐‑−',
  ...'（）［］＊：',
  ...'аеосрх',
  ...'\u00a0\u2002\u200b\u200d\ufeff\u2028\u2029\u0085\v\f\0',
  ...'İıſK',
  '\ud800',
  '\udc00',
  '😀',
  'e\u0301',
  '\u202e',
];

/** What strategies are made of, and what other languages of search put into them. */
const PIECES: readonly string[] = [
  ' AND ',
  ' OR ',
  ' NOT ',
  ' and ',
  ' & ',
  ' | ',
  ' AND OR ',
  '(',
  ')',
  '((',
  '))',
  '"',
  '""',
  '[',
  ']',
  '[tiab]',
  '[mh]',
  '[Mesh:NoExp]',
  '[tiab:~3]',
  '[tiab:~x]',
  '[ab]',
  '[xyz',
  '[]',
  '[dp]',
  ':',
  '2010:2015[dp]',
  '"last 5 years"[dp]',
  '2020/13/45[dp]',
  '*',
  '**',
  'a*',
  '?',
  '$',
  '#1',
  '#0',
  '#999999999999',
  '1.',
  '2)',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  '\t',
  ' // a comment\n',
  '// querent-disable-line\n',
  '---\n',
  '---\ntitle: x\nseeds: [1, x]\n---\n',
  'database: ctgov\n',
  '/',
  '/dt',
  '"Neoplasms/drug therapy"[Mesh]',
  'exp Neoplasms/',
  ' adj3 ',
  '.ti,ab.',
  'or/1-3',
  'Search: ',
  'Sort by: ',
  '12345678 23456789',
  'AREA[Phase]',
  'humans[mh]',
  'English[la]',
  'hasabstract',
  '[11C]PIB',
];

/** The same of SQL, its dialects and its comments. */
export const sqlPieces: readonly string[] = (
  'SELECT |FROM | JOIN | LEFT JOIN | ON | WHERE | GROUP BY | HAVING | ORDER BY | LIMIT |WITH x AS (|WITH RECURSIVE | UNION ALL | EXCEPT |' +
  'INSERT INTO |VALUES (|UPDATE | SET |DELETE FROM |CREATE TABLE t (a, b);|CREATE VIEW v AS |CREATE TRIGGER x AFTER INSERT ON t BEGIN |END;|' +
  'CASE |WHEN | THEN | ELSE | END| AS | AS "a b"| USING (| NATURAL JOIN | OVER (PARTITION BY | FILTER (WHERE | COLLATE NOCASE| IS NOT |' +
  " IN (| EXISTS (| BETWEEN | LIKE '%a%'| ESCAPE '\\'|count(*)|max(|json_each(|CAST(a AS |(SELECT |(|)|((|))|,|;|;;|.|..|*|t.*|::text|" +
  "$1|$$|:p|@p|?1|#|\"|\"\"|`|[|]|'|''|x'00|0x1F|1e|1.|.5|{{ ref }}|{% if %}|--|-- |\n-- Q: which?\n|\n--   more\n|\n-- expect: [[1]]\n|" +
  '-- database: a.sqlite\n|-- querent-disable-line\n|/*|*/|/* a */|=|==|<>|!=|= NULL|->>|\\|\n|\n\n|\r\n|\t|true|NULL|rowid|id|title|record r'
).split('|');

/** Longest repeat: far beyond what people write, short enough that a run is not spent on few texts. */
const LONGEST_REPEAT = 20_000;

const mutations: readonly Mutation[] = [
  // A character or three gone, changed, or put elsewhere.
  (text, random) => cut(text, random.below(text.length), 1 + random.below(3)),
  (text, random) =>
    insert(text, random, String.fromCharCode(random.below(random.pick([128, 0x250, 0x10000])))),
  (text, random) => insert(text, random, random.pick(CONFUSABLES)),
  (text, random) => replaceAt(text, random.below(text.length), random.pick(CONFUSABLES)),
  (text, random, _, pieces) => insert(text, random, random.pick(pieces)),
  (text, random, _, pieces) => replaceAt(text, random.below(text.length), random.pick(pieces)),
  // Cuts, as when half of a strategy was copied.
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => text.slice(random.below(text.length)),
  (text, random) => cut(text, random.below(text.length), random.below(text.length / 2)),
  // Pieces twice, or of another strategy.
  (text, random) => insert(text, random, piece(text, random)),
  (text, random, others) => insert(text, random, piece(random.pick(others), random)),
  (text, random, others) =>
    text.slice(0, random.below(text.length)) + piece(random.pick(others), random, 4000),
  // Words in another order.
  (text, random) => {
    const words = text.split(/(\s+)/);
    const [a, b] = [random.below(words.length), random.below(words.length)];
    [words[a], words[b]] = [words[b] ?? '', words[a] ?? ''];
    return words.join('');
  },
  // Brackets that do not match.
  (text, random) => without(text, random, /["“”]/g),
  (text, random) => without(text, random, /[()]/g),
  (text, random) => without(text, random, /[[\]]/g),
  (text, random) => text.replace(/[“”"]/g, () => random.pick(['"', '“', '”', '„', "'"])),
  // Line ends and line numbers.
  (text, random) => text.replace(/\r\n|\r|\n/g, () => random.pick(['\n', '\r\n', '\r', '\n\n'])),
  (text, random) =>
    text.replace(/ /g, () => (random.below(20) === 0 ? random.pick(['\n', '\r\n', '\t', '\u00a0']) : ' ')),
  (text, random) =>
    text
      .split('\n')
      .map(
        (line, i) =>
          `${random.pick(['#', '', ''])}${random.below(4) === 0 ? i : i + 1}${random.pick(['. ', ' ', ') '])}${line}`,
      )
      .join('\n'),
  // Cases.
  (text, random) =>
    text.replace(/\b(?:AND|OR|NOT)\b/gi, (word) => random.pick([word.toLowerCase(), word, 'Or', '&', '|'])),
  (text, random) => (random.below(2) === 0 ? text.toUpperCase() : text.toLowerCase()),
  // Long repeats.
  (text, random, _, pieces) => {
    const repeated = random.pick([
      piece(text, random, 20),
      random.pick(pieces),
      random.pick(CONFUSABLES),
      '1',
      'a',
    ]);
    const times = 1 + random.below(Math.min(2000, LONGEST_REPEAT / Math.max(1, repeated.length)));
    return insert(text, random, repeated.repeat(times));
  },
];

/** A text made from one of `texts` by one to four mutations. */
export function mutant(texts: readonly string[], random: Random, pieces = PIECES): string {
  let text = random.pick(texts);
  // Shorter texts are tried more often: a fault needs little text, and a minute holds more of them.
  if (text.length > 2000 && random.below(3) > 0) {
    const start = random.below(text.length - 1000);
    text = text.slice(start, start + 200 + random.below(1500));
  }
  const rounds = 1 + random.below(4);
  for (let i = 0; i < rounds; i++) text = random.pick(mutations)(text, random, texts, pieces);
  return text;
}

function cut(text: string, start: number, length: number): string {
  return text.slice(0, start) + text.slice(start + length);
}

function insert(text: string, random: Random, inserted: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + inserted + text.slice(at);
}

function replaceAt(text: string, at: number, replacement: string): string {
  return text.slice(0, at) + replacement + text.slice(at + 1);
}

function piece(text: string, random: Random, longest = 300): string {
  const start = random.below(text.length);
  return text.slice(start, start + 1 + random.below(longest));
}

/** Without one of the matches. */
function without(text: string, random: Random, pattern: RegExp): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { index } = random.pick(found);
  return text.slice(0, index) + text.slice(index + 1);
}
