import { LineCounter, isMap, isScalar, parseDocument } from 'yaml';
import type { YAMLMap } from 'yaml';
import { fix, lineBreakOf } from '../text/index.ts';
import type { Problem, Range } from '../text/index.ts';
import type { FrontMatter } from './document.ts';
import { findBlock } from './frontMatterBlock.ts';
import { FrontMatterReader, frontMatterKeys } from './frontMatterReader.ts';
import type { FrontMatterDraft } from './frontMatterReader.ts';

/** Longest front matter that is read: about 25,000 seeds. Beyond it parsing would be felt while typing. */
const MAX_LENGTH = 256 * 1024;

interface Result {
  readonly frontMatter: FrontMatter | undefined;
  readonly problems: Problem[];
  /** Offset at which the queries begin. */
  readonly end: number;
}

/** Reads the YAML block at the start of `text`, if there is one. Never throws; what can be read of a broken block is. */
export function parseFrontMatter(text: string): Result {
  const block = findBlock(text);
  if (!block) return { frontMatter: undefined, problems: [], end: 0 };
  const problems: Problem[] = [];
  const draft: FrontMatterDraft = { range: block.range, valueRanges: {} };
  if (!block.closed) {
    const lineBreak = lineBreakOf(text);
    const insertion = `${text.slice(0, block.range.end).match(/[\r\n]$/) ? '' : lineBreak}---${lineBreak}`;
    problems.push({
      rule: 'front-matter-unclosed',
      severity: 'error',
      message: 'The front matter is not closed: put a line with --- between it and the first query.',
      range: block.opening,
      fixes: [fix('Close the front matter with ---', true, [block.range.end, block.range.end, insertion])],
    });
  }
  if (block.yaml.end - block.yaml.start > MAX_LENGTH) {
    problems.push({
      rule: 'front-matter-yaml',
      severity: 'error',
      message: `The front matter is longer than ${MAX_LENGTH / 1024} KiB and is not read. Put long lists of seeds into a .txt file and name it: seeds: seeds.txt`,
      range: block.opening,
    });
  } else {
    try {
      readYaml(text, block.yaml, draft, problems);
    } catch (error) {
      // The YAML reader recurses: tens of thousands of open brackets exhaust its stack.
      problems.push({
        rule: 'front-matter-yaml',
        severity: 'error',
        message: `The front matter cannot be read: ${error instanceof RangeError ? 'it is nested too deeply' : 'it is no valid YAML'}.`,
        range: block.opening,
      });
    }
  }
  return { frontMatter: draft, problems, end: block.range.end };
}

function readYaml(text: string, span: Range, draft: FrontMatterDraft, problems: Problem[]): void {
  // The YAML library knows no lone CR; replacing it by LF keeps every offset.
  const source = text.slice(span.start, span.end).replace(/\r(?!\n)/g, '\n');
  const document = parseDocument(source, { prettyErrors: false, lineCounter: new LineCounter() });
  const at = (start: number, end: number): Range => ({
    start: span.start + Math.max(0, Math.min(start, source.length)),
    end: span.start + Math.max(0, Math.min(Math.max(start, end), source.length)),
  });
  // The YAML reader tells its own exhausted stack as an error of the text.
  if (document.errors.some(({ message }) => /call stack|stack overflow/i.test(message)))
    throw new RangeError();
  for (const error of document.errors.slice(0, 20)) {
    problems.push({
      rule: 'front-matter-yaml',
      severity: 'error',
      message: `Front matter: ${sentence(error.message)} It is YAML: one "key: value" a line; a value with a colon or a # needs quotes.`,
      range: at(error.pos[0], Math.max(error.pos[1], error.pos[0] + 1)),
    });
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return;
  if (!isMap(contents)) {
    if (document.errors.length === 0) {
      problems.push({
        rule: 'front-matter-type',
        severity: 'error',
        message: `The front matter has to be "key: value" lines. Known keys: ${Object.keys(frontMatterKeys).join(', ')}.`,
        range: at(contents.range?.[0] ?? 0, contents.range?.[1] ?? source.length),
      });
    }
    return;
  }
  const reader = new FrontMatterReader(source, at, draft, problems);
  for (const pair of (contents as YAMLMap).items) reader.read(pair);
}

function sentence(message: string): string {
  const first = message.split('\n')[0]?.trim() ?? '';
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
