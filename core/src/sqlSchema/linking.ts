/** Words of a question that name nothing in a database. */
const stopWords = new Set(
  (
    'a an and any are as at be been between by can did do does each either find for from get give had has have how i if in into is it ' +
    'its list many me much no not of on one or our out over please return show some such tell than that the their them there these they ' +
    'this those to total us was we were what when where which who whom whose will with you your name names id ids'
  ).split(' '),
);

/** The stem of an English word, as far as plurals go: `cities` and `city` are one. Lower case. */
export function stem(word: string): string {
  const low = word.toLowerCase();
  if (low.length > 4 && low.endsWith('ies')) return `${low.slice(0, -3)}y`;
  // `statuses`, but not `houses` and `causes`.
  if (low.length > 5 && /[^aeo]uses$/u.test(low)) return low.slice(0, -2);
  if (low.length > 4 && /(?:ss|sh|ch|x|z)es$/u.test(low)) return low.slice(0, -2);
  return low.length > 3 && /[^su]s$/u.test(low) ? low.slice(0, -1) : low;
}

/** The stems of a text that may name something. */
export function stemsOf(text: string): readonly string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !stopWords.has(word.toLowerCase())).map(stem);
}

const known = new Map<string, readonly string[]>();

/** The stems of a name such as `first_name`, `FirstName`, `tbl-Orders`. Remembered: the same names are looked at whenever a key is pressed. */
export function nameStems(name: string): readonly string[] {
  let stems = known.get(name);
  if (stems === undefined) {
    if (known.size > 20_000) known.clear();
    known.set(name, (stems = findStems(name)));
  }
  return stems;
}

function findStems(name: string): readonly string[] {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .flatMap((word) => word.split('_'))
    .filter((word) => word !== '')
    .map(stem);
}

/** What a question asks, as names are looked for in it. */
export interface Question {
  /** Stems of the words that may name something. */
  readonly stems: ReadonlySet<string>;
  /** All of it, in small letters, words with one space between them. */
  readonly text: string;
  /** Words that follow each other run together, for names such as `highschooler`. */
  readonly pairs: ReadonlySet<string>;
}

/** @param hasGeneral whether "name" and "id" count, which many names end in: only where all else is equal they tell something */
export function questionOf(text: string, hasGeneral = false): Question {
  const plain = wordsOf(text);
  const words = plain.split(' ');
  const stems = new Set(stemsOf(text));
  if (hasGeneral)
    for (const word of words) if (/^(?:name|id)s?$/u.test(word)) stems.add(word.replace(/s$/u, ''));
  return {
    stems,
    text: plain,
    pairs: new Set(words.slice(1).map((word, i) => stem((words[i] ?? '') + word))),
  };
}

/** The words of a text in small letters with one space between them. */
export function wordsOf(text: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();
}

/** Share of a name's words that a question holds, 0..1. */
export function mentioned(name: string, question: Question): number {
  const words = nameStems(name);
  if (words.length === 0) return 0;
  if (question.pairs.has(words.join(''))) return 1;
  let found = 0;
  for (const word of words) found += isThere(word, question);
  return found / words.length;
}

/** 1 for the word itself, less for one that begins like it: `nationality` and `national`, `population` and `populous`. */
function isThere(word: string, question: Question): number {
  if (question.stems.has(word) || question.pairs.has(word)) return 1;
  if (word.length < 4) return 0;
  for (const asked of question.stems) {
    if (asked.length < 4) continue;
    const shorter = Math.min(word.length, asked.length);
    let same = 0;
    while (same < shorter && word[same] === asked[same]) same++;
    if (same >= 4 && same >= Math.max(word.length, asked.length) * 0.6) return 0.8;
  }
  return 0;
}
