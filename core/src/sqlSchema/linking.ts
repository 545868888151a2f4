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
  if (low.length > 4 && /(?:ss|sh|ch|x|z)es$/u.test(low)) return low.slice(0, -2);
  return low.length > 3 && /[^su]s$/u.test(low) ? low.slice(0, -1) : low;
}

/** The stems of a text that may name something. */
export function stemsOf(text: string): readonly string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !stopWords.has(word.toLowerCase())).map(stem);
}

/** The stems of a name such as `first_name`, `FirstName`, `tbl-Orders`. */
export function nameStems(name: string): readonly string[] {
  const words = name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .flatMap((word) => word.split('_'))
    .filter((word) => word !== '')
    .map(stem);
}

/** Share of a name's words that a question holds, 0..1. Names of one word that run words together (`songtitle`) count when it holds all of them. */
export function mentioned(name: string, question: ReadonlySet<string>): number {
  const words = nameStems(name);
  if (words.length === 0) return 0;
  return words.filter((word) => question.has(word)).length / words.length;
}
