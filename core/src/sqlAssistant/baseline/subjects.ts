import { joinPaths } from '../../sqlSchema/index.ts';
import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import type { Named } from './lexicon.ts';
import type { Mention } from './mentions.ts';
import { isOfPersons } from './persons.ts';
import type { QuestionWord } from './questionWords.ts';
import { moneyTables } from './revenue.ts';
import { isCategory } from './values.ts';

interface Ranked {
  readonly table: SqlTable;
  score: number;
  /** The first mention that names it. */
  readonly first: number;
}

/** The tables that a question may be about, the likeliest first: named itself and early, and with most of what else is named. */
export function subjectsOf(words: readonly QuestionWord[], mentions: readonly Mention[], schema: SqlSchema): readonly SqlTable[] {
  const { tables } = schema;
  const byTable = mentions.map(({ named }) => {
    const own = new Map<SqlTable, Named[]>();
    for (const each of named) own.set(each.table, [...(own.get(each.table) ?? []), each]);
    return own;
  });
  const ranked = tables.map((table): Ranked => {
    let score = 0;
    let first = mentions.length;
    mentions.forEach(({ named, isValue, start, end }, i) => {
      const own = byTable[i]?.get(table) ?? [];
      const asTable = own.find(({ column }) => column === undefined);
      const share = Math.max(0, ...own.map((each) => each.share));
      if (asTable !== undefined && asTable.share >= 0.4) {
        score += (first < i ? 0.3 : 2) * asTable.share;
        if (asTable.share > 0.65) first = Math.min(first, i);
      } else if (own.length > 0) score += isValue ? (isLikely(words[start], end - start, own) ? 0.6 / named.length : 0) : share ** 2 * (0.4 + 0.6 / (byTable[i]?.size ?? 1));
    });
    return { table, score, first };
  });
  if (ranked.every(({ score }) => score === 0)) for (const each of ranked) if (moneyTables(words, [each.table]).length > 0) each.score = 1;
  if (words[0]?.low === 'who') preferPersons(ranked, schema, mentions);
  const firstOfAll = Math.min(...ranked.map(({ first }) => first));
  return ranked
    .filter(({ score }) => score > 0)
    .map((each) => ({ ...each, score: each.score + (each.first === firstOfAll && each.first < mentions.length ? 2 : 0) }))
    .sort((a, b) => b.score - a.score || a.first - b.first)
    .map(({ table }) => table);
} // prettier-ignore

/** A word in small letters that is what one of many rows is called may be none of its table. */
function isLikely(word: QuestionWord | undefined, count: number, named: readonly Named[]): boolean {
  if (word === undefined || count > 1 || word.kind === 'quoted' || !/^\p{Ll}+$/u.test(word.text)) return true;
  return named.some(({ table, column = '', value }) => value === word.text || isCategory({ table, column }));
}

/** `Who included the most records?`: people, where none are named those that are nearest to what is. */
function preferPersons(ranked: Ranked[], schema: SqlSchema, mentions: readonly Mention[]): void {
  const persons = ranked.filter(({ table }) => isOfPersons(table));
  if (persons.some(({ first }) => first < mentions.length)) return;
  const [best] = [...ranked].sort((a, b) => b.score - a.score);
  if (best === undefined || best.score <= 0 || isOfPersons(best.table)) return;
  const near = persons
    .map((each) => ({ each, path: joinPaths(schema, [each.table.name], best.table.name, 1)[0] }))
    .filter(({ path }) => path !== undefined)
    .sort((a, b) => (a.path?.length ?? 0) - (b.path?.length ?? 0));
  const [nearest] = near;
  if (nearest !== undefined) nearest.each.score = best.score + 3;
}
