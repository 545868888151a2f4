/** Invented records and a strategy for them: eight about falls and exercise, four about other things. */
const records = [
  record(
    1,
    'Exercise for preventing falls in older people',
    'Tai chi and balance training for the elderly.',
    2010,
  ),
  record(2, 'Balance training and accidental falls', 'A trial in older adults.', 2012),
  record(3, 'Tai chi against falling', 'Older adults, falls and exercise.', 2014),
  record(4, 'Home hazards and falls', 'No training was given.', 2015),
  record(5, 'Strength exercise in nursing homes', 'Residents were frail.', 2016),
  record(6, 'Falls among the elderly: a survey', 'Nothing was done.', 2017),
  record(7, 'Exercise and bone density', 'Post-menopausal women.', 2018),
  record(8, 'Exercises and falls in Parkinson disease', 'Balance and gait.', 2019),
  record(9, 'Desmopressin in cardiac surgery', 'Blood loss was measured.', 2011),
  record(10, 'Virtual reality after stroke', 'Arm function improved.', 2013),
  record(11, 'Vitamin D and fractures', 'A large trial.', 2014),
  record(12, 'Aspirin', 'Headache.', 2001),
];

export const citations = records.map((one) => JSON.stringify(one)).join('\n') + '\n';

/** Line 7 is the strategy; seed 91000005 is missed by it. */
export const strategy = `---
title: Exercise for preventing falls in older people
pico:
  population: older people
  intervention: exercise
  outcome: falls
database: citations.jsonl
seeds: [91000001, 91000002, 91000003, 91000005]
---
// population
#1 elderly[tiab] OR "older people"[tiab] OR "older adults"[tiab]
// intervention
#2 exercis*[tiab] OR "tai chi"[tiab] OR "balance training"[tiab]
#3 #1 AND #2
`;

function record(n: number, title: string, abstract: string, year: number): object {
  return {
    pmid: String(91_000_000 + n),
    title,
    abstract,
    year,
    date: String(year),
    mesh: [],
    journal: 'Journal of Tests',
  };
}

/** Zero-based line of `text` in `strategy`, and where in the line it starts. */
export function place(text: string, within = strategy): { line: number; character: number } {
  const offset = within.indexOf(text);
  if (offset < 0) throw new Error(`"${text}" is not there.`);
  const before = within.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}
