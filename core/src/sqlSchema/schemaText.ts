import { meaningful, scanSql, unquoted } from '../sql/index.ts';
import type { SqlToken } from '../sql/index.ts';
import type { SqlSchema } from './schema.ts';
import { mentioned, nameStems, questionOf } from './linking.ts';

/** Most characters of a schema in a prompt: about 2,000 tokens, the length of prompt that the reference trains with. */
const schemaBudget = 6_000;

/** A schema as rows of datasets carry it: its statements, one a line, each closed with `;`. */
export function schemaText({ statements }: SqlSchema): string {
  return statements.map((statement) => `${compact(scanSql(statement))};`).join('\n');
}

/**
 * The statements of a schema for a prompt, one a line: those that a question names first, then those that they refer to, then the rest in
 * their order. What does not fit is cut down to the names of its columns, or left out and named in a last line.
 * @param text as `schemaText` writes it, or any statements that end with `;`
 * @param budget characters
 */
export function prunedSchema(text: string, question: string, budget = schemaBudget): readonly string[] {
  const asked = questionOf(question);
  const statements = split(text).map((tokens, place) => {
    const words = meaningful(tokens);
    const name = nameOf(words);
    // A table's own name says more than a column's, which other tables have too.
    const links =
      3 * mentioned(name, asked) +
      new Set(words.flatMap((word) => nameStems(unquoted(word))).filter((word) => asked.stems.has(word)))
        .size;
    const line = `${compact(tokens)};`;
    return { name, line, short: inNames(words) ?? line, links, place, words };
  });
  const linked = statements.filter(({ links }) => links >= 1);
  // How many of the statements that are named refer to a name.
  const references = new Map<string, number>();
  for (const { words } of linked)
    for (const word of new Set(words.map((each) => unquoted(each).toLowerCase())))
      references.set(word, (references.get(word) ?? 0) + 1);
  const refers = (name: string): number => references.get(name.toLowerCase()) ?? 0;
  const order = [...statements].sort(
    (a, b) => b.links - a.links || refers(b.name) - refers(a.name) || a.place - b.place,
  );
  const lines: string[] = [];
  const left: string[] = [];
  let free = budget;
  // What is named is there at least in short, before anything else is there in full.
  let reserved = linked.reduce((sum, { short }) => sum + short.length + 1, 0);
  for (const { name, line, short, links } of order) {
    if (links >= 1) reserved -= short.length + 1;
    const fitting = [line, short].find((candidate) => candidate.length + 1 + Math.max(0, reserved) <= free);
    if (fitting === undefined) left.push(name);
    else {
      lines.push(fitting);
      free -= fitting.length + 1;
    }
  }
  if (left.length > 0) lines.push(`-- further tables: ${left.join(', ').slice(0, 500)}`);
  return lines;
}

/** The statements of a text, as tokens. */
function split(text: string): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]];
  for (const token of scanSql(text))
    if (token.text === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  return statements.filter((tokens) => meaningful(tokens).length > 0);
}

/** One line, texts as they are; without comments, since one up to the end of its line would take the rest along. */
function compact(tokens: readonly SqlToken[]): string {
  let line = '';
  let isApart = false;
  for (const { kind, text } of tokens) {
    if (kind === 'space' || kind === 'comment') isApart = true;
    else {
      line +=
        isApart && line !== '' && !line.endsWith('(') && text !== ')' && text !== ',' ? ` ${text}` : text;
      isApart = false;
    }
  }
  return line;
}

/** `CREATE TABLE name`, `CREATE VIEW name`: the first name behind the kind, without a schema before it. */
function nameOf(words: readonly SqlToken[]): string {
  const kind = words.findIndex(({ text }) => /^(?:table|view)$/iu.test(text));
  const rest = words.slice(kind + 1).filter(({ text }) => !/^(?:if|not|exists)$/iu.test(text));
  const [first, dot, second] = rest;
  const name = dot?.text === '.' ? second : first;
  return name === undefined ? '' : unquoted(name);
}

/** A table as its name and the names of its columns: the first word behind each comma at the outermost parentheses. Undefined for a view. */
function inNames(words: readonly SqlToken[]): string | undefined {
  const columns: string[] = [];
  let depth = 0;
  words.forEach((word, i) => {
    const before = words[i - 1]?.text;
    if (depth === 1 && (before === '(' || before === ',') && !isConstraint(word)) columns.push(word.text);
    if (word.text === '(') depth++;
    if (word.text === ')') depth--;
  });
  return columns.length === 0 ? undefined : `CREATE TABLE ${nameOf(words)} (${columns.join(', ')});`;
}

function isConstraint({ kind, text }: SqlToken): boolean {
  return kind === 'word' && /^(?:primary|foreign|unique|check|constraint)$/iu.test(text);
}
