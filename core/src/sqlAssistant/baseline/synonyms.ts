/** Nouns that people use for one another, by their stems: where a schema has one, a question may say another. */
const groups = [
  'nation country',
  'song track',
  'movie film',
  'client customer buyer',
  'worker employee staff',
  'teacher instructor professor lecturer',
  'pupil student',
  'physician doctor',
  'firm company enterprise',
  'car vehicle automobile',
  'salary wage',
  'cost price',
  'phone telephone',
  'town city',
  'paper article publication',
  'surname lastname familyname',
  'gender sex',
  'duration length',
  'occupation profession job',
  'picture photo image',
  'supplier vendor',
  'shop store',
  'kind type category',
  'author writer',
  'zip postcode postalcode zipcode',
  'birthday birthdate dateofbirth',
].map((line) => line.split(' '));

/** Other words for a noun which itself says another thing: those who live in a place are its population. */
const oneWay = new Map<string, readonly string[]>([
  ['people', ['population']],
  ['resident', ['population']],
  ['inhabitant', ['population']],
]);

const byStem = new Map<string, string[]>();
for (const group of groups)
  for (const word of group)
    byStem.set(word, [...(byStem.get(word) ?? []), ...group.filter((other) => other !== word)]);

/** Other nouns for one, as stems run together as those of names are. @param stem of a single word */
export function synonymsOf(stem: string): readonly string[] {
  return [...(byStem.get(stem) ?? []), ...(oneWay.get(stem) ?? [])];
}
