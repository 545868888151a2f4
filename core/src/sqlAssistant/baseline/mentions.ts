import type { SqlSchema, SqlTable } from '../../sqlSchema/index.ts';
import { nameStems, stem } from '../../sqlSchema/index.ts';

/** A word of a question, or a text in quotes in it. */
export interface QuestionWord {
  readonly text: string;
  readonly stem: string;
  readonly kind: 'word' | 'number' | 'quoted';
  /** Whether it begins with a capital, and not because a sentence begins with it. */
  readonly isName: boolean;
}

/** What a word, or some in a row, may name: a table, or one of its columns. */
export interface Named {
  readonly table: SqlTable;
  readonly column: string | undefined;
}

export interface Mention {
  /** Places of the words, from 0; `end` is behind the last. */
  readonly start: number;
  readonly end: number;
  readonly named: readonly Named[];
}

/** Most words of a name. */
const longest = 4;

/** The words of a question. Texts in quotes are one word each. */
export function wordsOf(question: string): readonly QuestionWord[] {
  const pattern =
    /(?<![\p{L}\p{N}])(?:"([^"]+)"|'([^']+)'(?![\p{L}])|“([^”]+)”|``\s*(.+?)\s*'')|\d+(?:,\d{3})*(?:\.\d+)?|[\p{L}\p{N}]+/gu;
  let end = 0;
  let isStart = true;
  return [...question.matchAll(pattern)].map((match, i) => {
    isStart = i === 0 || /[.?!:]/u.test(question.slice(end, match.index));
    end = match.index + match[0].length;
    const quoted = match.slice(1).find((text) => text !== undefined);
    const text = quoted ?? match[0];
    const kind = quoted !== undefined ? 'quoted' : /^\d/u.test(text) ? 'number' : 'word';
    return {
      text: kind === 'number' ? text.replaceAll(',', '') : text,
      stem: kind === 'word' ? stem(text) : '',
      kind,
      isName: kind === 'word' && !isStart && /^\p{Lu}/u.test(text),
    };
  });
}

/**
 * Where a question names tables and columns: by their words in a row, written together or apart (`high schoolers` names `Highschooler`), with
 * or without the table's name before that of a column (`name` names `course_name` of `Courses`). Longer names win, and no word is used twice.
 */
export function mentionsOf(words: readonly QuestionWord[], { tables }: SqlSchema): readonly Mention[] {
  const names = new Map<string, Named[]>();
  const add = (key: string, named: Named): void => {
    const known = names.get(key);
    if (key === '' || known?.some(({ table, column }) => table === named.table && column === named.column))
      return;
    if (known === undefined) names.set(key, [named]);
    else known.push(named);
  };
  for (const table of tables) {
    const own = nameStems(table.name);
    add(own.join(''), { table, column: undefined });
    for (const { name } of table.columns) {
      const stems = nameStems(name);
      add(stems.join(''), { table, column: name });
      if (stems.length > 1 && own.at(-1) === stems[0]) add(stems.slice(1).join(''), { table, column: name });
    }
  }
  addBeginnings(tables, names, add);
  const mentions: Mention[] = [];
  const isUsed = words.map(({ kind }) => kind !== 'word');
  for (let length = longest; length > 0; length--)
    for (let start = 0; start + length <= words.length; start++) {
      const end = start + length;
      const named = names.get(
        words
          .slice(start, end)
          .map((word) => word.stem)
          .join(''),
      );
      if (named === undefined || isUsed.slice(start, end).includes(true)) continue;
      isUsed.fill(true, start, end);
      mentions.push({ start, end, named });
    }
  return mentions.sort((a, b) => a.start - b.start);
}

/** The first word of a column's name stands for it (`email`: `email_address`), where it is nobody's name and no other column's beginning. */
function addBeginnings(
  tables: readonly SqlTable[],
  names: ReadonlyMap<string, unknown>,
  add: (key: string, named: Named) => void,
): void {
  const known = new Set(names.keys());
  for (const table of tables) {
    const firsts = table.columns.map(({ name }) => nameStems(name)[0] ?? '');
    table.columns.forEach(({ name }, i) => {
      const first = firsts[i] ?? '';
      if (!known.has(first) && firsts.indexOf(first) === firsts.lastIndexOf(first))
        add(first, { table, column: name });
    });
  }
}

/** The column that names a row of a table for people: `name`, `title`, or the like. */
export function nameColumn({ name, columns }: SqlTable): string | undefined {
  const own = nameStems(name).join('');
  const rank = (column: string): number => {
    const stems = nameStems(column);
    if (stems.join('') === 'name') return 0;
    if (stems.at(-1) === 'name') return stems.length === 2 && own.includes(stems[0] ?? ' ') ? 1 : 3;
    if (stems.at(-1) === 'title') return 2;
    return stems.join('') === own ? 2 : 9;
  };
  const [best] = [...columns].sort((a, b) => rank(a.name) - rank(b.name));
  return best === undefined || rank(best.name) === 9 ? undefined : best.name;
}

/** Whether values of a column are numbers, or days, which have an order. */
export function isOrderable({ columns }: SqlTable, column: string): boolean {
  const type = columns.find(({ name }) => name === column)?.type ?? '';
  return (
    /int|real|num|dec|float|doub|date|time/iu.test(type) ||
    /date|year|time|age|number|amount|price/iu.test(column)
  );
}
