import { Command, Option } from 'commander';
import type { Thesaurus } from '@querent/core/mesh';
import { convertOvid } from '@querent/core/ovid';
import type { ConversionNote } from '@querent/core/ovid';
import { convertOvidDocument, formatting } from '@querent/core/features';
import { parseStrategy } from '@querent/core/strategy';
import { applyEdits, LineIndex } from '@querent/core/text';
import type { Range } from '@querent/core/text';
import { badInput, EXIT, note, printJson } from '../../terminal/index.ts';
import { readUtf8 } from '../io.ts';
import { onlyPubMed } from '../language.ts';
import { noteErrors } from '../problems.ts';
import { thesaurusFrom } from '../thesaurus.ts';

interface TranslateOptions {
  readonly from: 'pubmed' | 'ovid';
  readonly to: string;
  readonly mesh?: string;
  readonly corpus?: string;
  readonly json?: boolean;
}

/** `querent translate`. */
export function translateCommand(exit: (code: number) => void): Command {
  return new Command('translate')
    .description(
      'Translate a strategy of another platform to PubMed, and tell what does not translate exactly.',
    )
    .argument('<file>', 'a strategy; - for standard input')
    .addOption(
      new Option('--from <platform>', 'where the strategy comes from')
        .choices(['pubmed', 'ovid'])
        .makeOptionMandatory(),
    )
    .option('--to <platform>', 'pubmed; other platforms come later', 'pubmed')
    .option('--mesh <file>', 'MeSH descriptors (JSON lines): headings are looked up')
    .option('--corpus <library>', 'take MeSH from this library')
    .option('--json', 'print {query, notes: [{kind, message, range, resultRange, reason, line}]}')
    .addHelpText(
      'after',
      `
The strategy is printed on stdout, what is approximate or left out on stderr. Exit code 1 when something was left out.
--from pubmed prints the strategy in its usual form. In JSON "range" is the place in the file, "resultRange" the place in
"query"; lines and characters count from 0.

Examples:
  querent translate ovid.txt --from ovid > strategy.pubmed
  querent translate ovid.txt --from ovid --mesh mesh2024.jsonl.gz --json
  pbpaste | querent translate - --from ovid`,
    )
    .action(async (path: string, options: TranslateOptions) => {
      if (options.to !== 'pubmed')
        throw badInput(
          `--to ${options.to}: only pubmed can be translated to so far; other platforms come later.`,
        );
      onlyPubMed(path, 'translated');
      const input = await readUtf8(path);
      const { query, notes } =
        options.from === 'ovid'
          ? fromOvid(input.text, await thesaurusFrom(options))
          : fromPubMed(input.name, input.text);
      if (options.json === true) printJson({ query, notes: notesJson(notes, input.text, query) });
      else {
        process.stdout.write(query.endsWith('\n') ? query : `${query}\n`);
        noteLines(input.name, input.text, notes).forEach(note);
      }
      if (notes.some(({ kind }) => kind === 'refused')) exit(EXIT.findings);
    });
}

interface Translation {
  readonly query: string;
  readonly notes: readonly ConversionNote[];
}

function fromOvid(text: string, thesaurus: Thesaurus | undefined): Translation {
  const document = parseStrategy(text);
  const { frontMatter } = document;
  // Without a second line of dashes the first is one of a banner, not front matter.
  if (frontMatter === undefined || document.problems.some(({ rule }) => rule === 'front-matter-unclosed')) {
    const { text: query, notes } = convertOvid(text, { thesaurus });
    return { query, notes };
  }
  const { range, conversion } = convertOvidDocument(document, thesaurus);
  const moved = ({ start, end }: Range): Range => ({ start: start + range.start, end: end + range.start });
  return {
    query: text.slice(0, range.start) + conversion.text + text.slice(range.end),
    notes: conversion.notes.map((one) => ({
      ...one,
      sourceRange: moved(one.sourceRange),
      resultRange: moved(one.resultRange),
    })),
  };
}

function fromPubMed(name: string, text: string): Translation {
  const document = parseStrategy(text);
  noteErrors(name, document);
  return { query: applyEdits(text, formatting(document)), notes: [] };
}

function notesJson(notes: readonly ConversionNote[], source: string, result: string): unknown {
  const inSource = new LineIndex(source);
  const inResult = new LineIndex(result);
  const places = (index: LineIndex, { start, end }: Range): unknown => ({
    start: index.positionAt(start),
    end: index.positionAt(end),
  });
  return notes.map(({ kind, reason, message, line, sourceRange, resultRange }) => ({
    kind,
    message,
    range: places(inSource, sourceRange),
    resultRange: places(inResult, resultRange),
    reason,
    line,
  }));
}

/** What is not exact, `file:line:column approximate message`, and a count of everything. */
function noteLines(name: string, text: string, notes: readonly ConversionNote[]): string[] {
  if (notes.length === 0) return [];
  const index = new LineIndex(text);
  const count = (wanted: ConversionNote['kind']): number =>
    notes.filter(({ kind }) => kind === wanted).length;
  return [
    ...notes
      .filter(({ kind }) => kind !== 'exact')
      .map(({ kind, message, sourceRange }) => {
        const { line, character } = index.positionAt(sourceRange.start);
        return `${name}:${line + 1}:${character + 1} ${kind} ${message.replace(/\s+/g, ' ')}`;
      }),
    `${count('exact')} exact, ${count('approximate')} approximate, ${count('refused')} left out`,
  ];
}
