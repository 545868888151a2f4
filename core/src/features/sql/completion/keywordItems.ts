import { isWord } from '../../../sql/index.ts';
import type { Candidate } from './item.ts';
import type { Surroundings } from './surroundings.ts';

type Ranked = readonly (readonly [text: string, score: number])[];

const atStart: Ranked = [['SELECT', 3], ['WITH', 2], ['INSERT INTO', 1], ['UPDATE', 0.9], ['DELETE FROM', 0.8], ['CREATE TABLE', 0.7], ['CREATE VIEW', 0.6], ['EXPLAIN QUERY PLAN', 0.4], ['VALUES', 0.3], ['CREATE INDEX', 0.3], ['ALTER TABLE', 0.2], ['DROP TABLE', 0.1], ['PRAGMA', 0.1]]; // prettier-ignore
const types: Ranked = [
  ['INTEGER', 3],
  ['REAL', 2.9],
  ['TEXT', 2.8],
  ['NUMERIC', 2.7],
  ['BLOB', 2.6],
];

/** What goes on after an operand, by clause; the likeliest first. */
const afterOperand: Readonly<Record<string, string>> = {
  select:
    'FROM, AS, OVER, UNION, ELSE, END, WHEN, THEN, COLLATE, FILTER, IS NULL, LIKE, BETWEEN, IN, AND, OR',
  from: 'JOIN, WHERE, ON, AS, LEFT JOIN, GROUP BY, ORDER BY, INNER JOIN, USING, CROSS JOIN, LIMIT, NATURAL JOIN, UNION, EXCEPT, INTERSECT, RIGHT JOIN, FULL JOIN, INDEXED BY',
  on: 'WHERE, JOIN, AND, GROUP BY, LEFT JOIN, ORDER BY, OR, IS NULL, IS NOT NULL, LIKE, BETWEEN, IN, NOT IN, LIMIT, INNER JOIN',
  using: 'WHERE, JOIN, GROUP BY, LEFT JOIN, ORDER BY',
  where:
    'AND, OR, GROUP BY, ORDER BY, LIKE, IN, BETWEEN, IS NULL, IS NOT NULL, NOT IN, NOT LIKE, LIMIT, INTERSECT, EXCEPT, UNION, IS, NOT, ESCAPE, COLLATE, GLOB',
  'group by': 'HAVING, ORDER BY, LIMIT, INTERSECT, EXCEPT, UNION, COLLATE',
  having: 'ORDER BY, AND, LIMIT, OR, BETWEEN, IN, IS NULL, UNION',
  'order by': 'DESC, LIMIT, ASC, NULLS LAST, NULLS FIRST, COLLATE, UNION',
  limit: 'OFFSET',
  set: 'WHERE, RETURNING, FROM',
  returning: 'AS',
  with: 'AS, SELECT, MATERIALIZED, NOT MATERIALIZED',
  window: 'AS, ORDER BY',
  values: 'RETURNING, ON CONFLICT, ORDER BY, LIMIT',
  into: 'VALUES, SELECT, DEFAULT VALUES',
  definition:
    'PRIMARY KEY, NOT NULL, REFERENCES, DEFAULT, UNIQUE, CHECK, COLLATE, GENERATED ALWAYS AS, AUTOINCREMENT, ON DELETE CASCADE, AS, FOREIGN KEY, IF NOT EXISTS, WITHOUT ROWID, STRICT',
};

/** Keywords that fit a place. */
export function keywordItems(around: Surroundings): readonly Candidate[] {
  return ranked(around).map(([text, score]) => ({
    label: around.style.keyword(text),
    kind: 'keyword',
    newText: around.style.keyword(text),
    score,
  }));
}

function ranked(around: Surroundings): Ranked {
  const { place, question, call, compared } = around;
  const last = place.before.at(-1);
  switch (place.expected) {
    case 'statement':
      return atStart;
    case 'type':
      return types;
    case 'table':
      return [['SELECT', last?.text === '(' ? 4 : -3]];
    case 'next':
      if (isWord(last, 'ORDER', 'GROUP', 'PARTITION')) return [['BY', 4]];
      return [
        ...caseWords(around),
        ...(afterOperand[place.scope.clause] ?? 'FROM, WHERE, AS, SET, VALUES')
          .split(', ')
          .map((text, i) => [text, 3 - i / 10] as const),
      ];
    case 'operand': {
      if (place.after[0]?.text === '(' || place.after[0]?.text === '.') return [];
      const isList = isWord(last, 'SELECT') || (last?.text === '(' && call === 'count');
      const asksDifferent =
        question !== undefined && /\b(?:different|distinct|unique)\b/u.test(question.text);
      const opens = last?.text === '(' && call === undefined;
      return [
        ...(isList
          ? ([
              ['DISTINCT', asksDifferent ? 1.6 : -0.6],
              ['*', call === 'count' ? 2 : -0.4],
            ] as const)
          : []),
        ...(opens
          ? ([
              [
                'SELECT',
                around.compared !== undefined || isWord(place.before.at(-2), 'EXISTS', 'IN') ? 4 : 0.5,
              ],
            ] as const)
          : []),
        ['CASE', place.scope.clause === 'select' ? -1 : -1.8],
        ['NOT', place.scope.clause === 'where' ? -1 : -3],
        ['EXISTS', place.scope.clause === 'where' ? -1.2 : -3],
        ['NULL', compared === undefined ? -3 : isWord(last, 'IS', 'NOT') ? 4 : -1.5],
        ['CAST', -2],
        ['CURRENT_DATE', -3],
        ['CURRENT_TIMESTAMP', -3.1],
      ];
    }
    default:
      return [];
  }
}

/** What goes on within a CASE that is not closed. */
function caseWords({ place: { before } }: Surroundings): Ranked {
  let open = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const token = before[i];
    if (isWord(token, 'END')) open--;
    else if (isWord(token, 'CASE') && ++open > 0) return [['WHEN', 4]];
    else if (open === 0 && isWord(token, 'WHEN')) return [['THEN', 4]];
    else if (open === 0 && isWord(token, 'THEN'))
      return [
        ['WHEN', 4],
        ['ELSE', 3.9],
        ['END', 3.8],
      ];
    else if (open === 0 && isWord(token, 'ELSE')) return [['END', 4]];
    else if (isWord(token, 'SELECT')) return [];
  }
  return [];
}
