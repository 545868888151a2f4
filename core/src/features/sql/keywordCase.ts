import { isWord, meaningful, referencesOf, sqlKeywords } from '../../sql/index.ts';
import type { SqlDocument, SqlStatement, SqlToken, SqlTree } from '../../sql/index.ts';

export type LetterCase = 'upper' | 'lower';

/** Keywords that are no names anywhere unless quoted. Others are keywords or names by their place, which definitions do not tell. */
const reserved = new Set(
  (
    'ADD ALL ALTER AND AS BETWEEN BY CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE DISTINCT DROP ELSE ESCAPE EXISTS ' +
    'FOREIGN FROM GROUP HAVING IN INDEX INSERT INTO IS ISNULL JOIN LIMIT NOT NOTNULL NULL ON OR ORDER PRIMARY REFERENCES SELECT SET ' +
    'TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE'
  ).split(' '),
);

/** Words of definitions that are keywords behind these, and else may be names. */
const phrases: Readonly<Record<string, readonly string[]>> = {
  KEY: ['PRIMARY', 'FOREIGN'],
  TEMP: ['CREATE'],
  TEMPORARY: ['CREATE'],
  VIRTUAL: ['CREATE'],
  VIEW: ['CREATE', 'TEMP', 'TEMPORARY', 'DROP'],
  TRIGGER: ['CREATE', 'TEMP', 'TEMPORARY', 'DROP'],
  IF: ['TABLE', 'VIEW', 'INDEX', 'TRIGGER'],
  CASCADE: ['DELETE', 'UPDATE'],
  RESTRICT: ['DELETE', 'UPDATE'],
  NO: ['DELETE', 'UPDATE'],
  ACTION: ['NO'],
  COLUMN: ['ADD', 'RENAME', 'DROP'],
  AUTOINCREMENT: ['KEY', 'ASC', 'DESC'],
  CURRENT_DATE: ['DEFAULT'],
  CURRENT_TIME: ['DEFAULT'],
  CURRENT_TIMESTAMP: ['DEFAULT'],
};

const remembered = new WeakMap<SqlTree, ReadonlySet<number>>();

/** Where the keywords of a statement begin; offsets from its start. Words that may be names are none. */
export function keywordPlaces(statement: SqlStatement): ReadonlySet<number> {
  const known = remembered.get(statement.tree);
  if (known !== undefined) return known;
  const places = findKeywords(statement);
  remembered.set(statement.tree, places);
  return places;
}

function findKeywords(statement: SqlStatement): ReadonlySet<number> {
  const { tokens, tree } = statement;
  const names = new Set(referencesOf(statement).map(({ name }) => name.range.start));
  const places = new Set<number>();
  const words = meaningful(tokens);
  words.forEach((token, i) => {
    if (token.kind !== 'word' || names.has(token.start) || words[i - 1]?.text === '.') return;
    const word = token.text.toUpperCase();
    const isKeyword = isReadThroughout(tree, token.start)
      ? sqlKeywords.has(word) && !isCalled(word, words[i + 1])
      : isInPhrase(word, i, words);
    if (reserved.has(word) || isKeyword) places.add(token.start);
  });
  return places;
}

/** The case of most keywords of a document; capitals where there is none, or as many of each. */
export function keywordCaseOf({ statements }: SqlDocument): LetterCase {
  let upper = 0;
  let lower = 0;
  for (const statement of statements) {
    const places = keywordPlaces(statement);
    for (const { start, text } of statement.tokens) {
      if (!places.has(start)) continue;
      if (text === text.toUpperCase()) upper++;
      else if (text === text.toLowerCase()) lower++;
    }
  }
  return lower > upper ? 'lower' : 'upper';
}

/** A statement's text with all of its keywords in one case. */
export function inKeywordCase(statement: SqlStatement, letterCase: LetterCase): string {
  const keywords = keywordPlaces(statement);
  return statement.tokens
    .map((token) => {
      if (!keywords.has(token.start)) return token.text;
      return letterCase === 'upper' ? token.text.toUpperCase() : token.text.toLowerCase();
    })
    .join('');
}

/** In queries and statements that write every name is known to the parser; definitions have names and types that it leaves out. */
function isReadThroughout({ kind, query }: SqlTree, at: number): boolean {
  if (['query', 'insert', 'update', 'delete'].includes(kind)) return true;
  return query !== undefined && at >= query.range.start && at < query.range.end;
}

function isInPhrase(word: string, i: number, words: readonly SqlToken[]): boolean {
  const before = words[i - 1];
  if (word === 'RENAME') return isWord(words[0], 'ALTER') && !isWord(before, 'TABLE');
  if (word === 'IF' && !isWord(words[i + 1], 'NOT', 'EXISTS')) return false;
  return isWord(before, ...(phrases[word] ?? []));
}

/** Functions that have the name of a keyword: `replace(...)`. */
function isCalled(word: string, next: SqlToken | undefined): boolean {
  return (
    next?.text === '(' && ['REPLACE', 'LIKE', 'GLOB', 'MATCH', 'REGEXP', 'IF', 'LEFT', 'RIGHT'].includes(word)
  );
}
