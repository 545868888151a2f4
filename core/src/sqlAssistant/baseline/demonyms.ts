/** Places after which people and things are called in no regular way, or in small letters, too. */
const irregular = new Map<string, readonly string[]>([
  ['african', ['africa']],
  ['american', ['america', 'united states', 'united states of america', 'usa', 'us']],
  ['asian', ['asia']],
  ['british', ['united kingdom', 'great britain', 'britain', 'uk']],
  ['danish', ['denmark']],
  ['dutch', ['netherlands', 'the netherlands']],
  ['english', ['england']],
  ['european', ['europe']],
  ['finnish', ['finland']],
  ['french', ['france']],
  ['german', ['germany']],
  ['greek', ['greece']],
  ['irish', ['ireland']],
  ['norwegian', ['norway']],
  ['polish', ['poland']],
  ['scottish', ['scotland']],
  ['spanish', ['spain']],
  ['swedish', ['sweden']],
  ['swiss', ['switzerland']],
  ['turkish', ['turkey']],
  ['welsh', ['wales']],
]);

/** Endings that are put behind a place's name, and what stood in their place; the longest first. */
const endings: readonly (readonly [ending: RegExp, before: readonly string[]])[] = [
  [/ian$/u, ['', 'ia', 'y', 'a']],
  [/ean$/u, ['e', 'ea']],
  [/an$/u, ['', 'a', 'o']],
  [/ese$/u, ['', 'a', 'e']],
];

/** Places that words may be made of, in lower case: `Brazilian` of Brazil, `North American` of North America. Of the last word only. @param text as it is written */
export function placesOf(text: string): readonly string[] {
  const at = text.lastIndexOf(' ') + 1;
  const low = text.slice(at).toLowerCase();
  const first = text.slice(0, at).toLowerCase();
  const known = irregular.get(low);
  if (known !== undefined) return known.map((place) => first + place);
  // `median`, `human`: what is called after a place begins with a capital.
  if (!/^\p{Lu}/u.test(text.slice(at)) || low.length < 5) return [];
  const found = endings.find(([ending]) => ending.test(low));
  return found === undefined ? [] : found[1].map((part) => first + low.replace(found[0], part));
}
