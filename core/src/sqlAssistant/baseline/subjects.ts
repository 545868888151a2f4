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

/** What a mention says of one table. */
interface Said {
  readonly own: Named[];
  /** That it names the table itself. */
  asTable: Named | undefined;
  /** The largest of all. */
  share: number;
}

function saidOf(named: readonly Named[]): ReadonlyMap<SqlTable, Said> {
  const groups = new Map<SqlTable, Said>();
  for (const each of named) {
    const said = groups.get(each.table) ?? { own: [], asTable: undefined, share: 0 };
    said.own.push(each);
    if (each.column === undefined) said.asTable ??= each;
    said.share = Math.max(said.share, each.share);
    groups.set(each.table, said);
  }
  return groups;
}

/** The tables that a question may be about, the likeliest first: named itself and early, and with most of what else is named. */
export function subjectsOf(words: readonly QuestionWord[], mentions: readonly Mention[], schema: SqlSchema): readonly SqlTable[] {
  const { tables } = schema;
  // Words that are said again name the same.
  const groups = new Map<readonly Named[], ReadonlyMap<SqlTable, Said>>();
  const byTable = mentions.map(({ named }) => {
    const group = groups.get(named) ?? saidOf(named);
    groups.set(named, group);
    return group;
  });
  const ranked = tables.map((table): Ranked => {
    let score = 0;
    let first = mentions.length;
    mentions.forEach(({ named, isValue, start, end }, i) => {
      const said = byTable[i]?.get(table);
      if (said === undefined) return;
      const { own, asTable, share } = said;
      if (asTable !== undefined && asTable.share >= 0.4) {
        score += (first < i ? 0.3 : 2) * asTable.share;
        if (asTable.share > 0.65) first = Math.min(first, i);
      } else score += isValue ? (isLikely(words[start], end - start, own) ? 0.6 / named.length : 0) : share ** 2 * (0.4 + 0.6 / (byTable[i]?.size ?? 1));
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
