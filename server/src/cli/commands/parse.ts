import { Command } from 'commander';
import { parseQuery } from '@querent/core/pubmed';
import type { Token } from '@querent/core/pubmed';
import { parseStrategy } from '@querent/core/strategy';
import type { StrategyDocument } from '@querent/core/strategy';
import { LineIndex } from '@querent/core/text';
import type { Range } from '@querent/core/text';
import { collectProblems } from '@querent/core/features';
import { readText } from '../io.ts';
import { print, printJson } from '../../terminal/index.ts';
import { onlyPubMed } from '../language.ts';
import { invalidTextProblem, problemJson, problemLines } from '../problems.ts';

/** A token of a whole document: those of queries, and what stands around them. */
interface DocumentToken extends Range {
  readonly kind: Token['kind'] | 'frontMatter' | 'label';
}

/** `querent parse`. */
export function parseCommand(): Command {
  return new Command('parse')
    .description('Show how a strategy or a query is read: tokens, tree, problems.')
    .argument('<file>', 'a strategy or a file with one query; - for standard input')
    .option('--json', 'print {tokens, tree, problems, lines} on stdout; offsets count UTF-16 units')
    .addHelpText(
      'after',
      `
Parsing never fails: whatever is wrong stands in "problems", and every character of the text is in exactly one token. "tree" is
the tree of the whole strategy (its root line); "lines" has the tree of every line.

Examples:
  querent parse strategy.pubmed
  echo 'falls[tiab] AND "aged"[mh]' | querent parse - --json`,
    )
    .action(async (path: string, options: { json?: boolean }) => {
      onlyPubMed(path, 'shown');
      const input = await readText(path, { keepBom: true });
      const document = parseStrategy(input.text);
      const problems = [...invalidTextProblem(input), ...collectProblems(document)];
      const lines = document.lines.map((line) => ({
        label: line.label,
        range: line.range,
        tree: line.query.root ?? null,
      }));
      if (options.json === true) {
        const index = new LineIndex(input.text);
        const tokens = documentTokens(document);
        const tree = (document.root ?? document.lines.at(-1))?.query.root ?? null;
        printJson({ tokens, tree, problems: problems.map((problem) => problemJson(problem, index)), lines });
        return;
      }
      for (const line of document.lines)
        print(`#${line.label}  ${input.text.slice(line.queryRange.start, line.queryRange.end)}`);
      print(...problemLines(input.name, input.text, problems));
    });
}

/** Tokens that cover the document without gap or overlap. */
function documentTokens(document: StrategyDocument): DocumentToken[] {
  const { text, frontMatter, lines, comments } = document;
  if (frontMatter === undefined && lines.length <= 1 && lines.every((line) => !line.numbered))
    return [...parseQuery(text).tokens];
  const tokens: DocumentToken[] = [
    ...(frontMatter === undefined ? [] : [{ kind: 'frontMatter' as const, ...frontMatter.range }]),
    ...comments.map(({ range }) => ({ kind: 'comment' as const, ...range })),
    ...lines.flatMap(({ labelRange, query }) => [{ kind: 'label' as const, ...labelRange }, ...query.tokens]),
  ];
  tokens.sort((a, b) => a.start - b.start || a.end - b.end);
  const covering: DocumentToken[] = [];
  let at = 0;
  for (const { kind, start, end } of tokens) {
    // A label that is not written is empty; a comment within a query is a token of both, and the first one counts.
    if (end <= Math.max(at, start)) continue;
    if (start > at) covering.push(between(text, at, start));
    covering.push({ kind, start: Math.max(start, at), end });
    at = end;
  }
  if (at < text.length) covering.push(between(text, at, text.length));
  return covering;
}

function between(text: string, start: number, end: number): DocumentToken {
  return { kind: text.slice(start, end).trim() === '' ? 'space' : 'invalid', start, end };
}
