import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import type { Problem, Range } from '../text/index.ts';
import type { FrontMatter, Pico } from './document.ts';
import { nearest } from './nearest.ts';
import { badSeed, idWithin, parseId } from './seeds.ts';
import { textLines } from './textLines.ts';

/** Keys of the front matter and what they hold, for diagnostics, completion and hover. */
export const frontMatterKeys: Readonly<Record<string, string>> = {
  title: 'The review question or the title of the review.',
  pico: 'The parts of the question: population, intervention, comparison, outcome.',
  database: 'Where the strategy is counted: pubmed, or the path of a citation library in the workspace.',
  until: 'Search date as yyyy-mm-dd; records after it are left out.',
  seeds: 'Known relevant records: PMIDs or NCT ids, or the path of a .txt, .nbib or .ris file.',
};

/** Other spellings of the PICO keys that are taken as meant. */
const PICO_ALIASES: Readonly<Record<string, keyof Omit<Pico, 'other'>>> = {
  population: 'population',
  intervention: 'intervention',
  comparison: 'comparison',
  outcome: 'outcome',
  p: 'population',
  i: 'intervention',
  c: 'comparison',
  o: 'outcome',
  comparator: 'comparison',
  outcomes: 'outcome',
};

/** Longest front matter that is read: about 25,000 seeds. Beyond it parsing would be felt while typing. */
const MAX_LENGTH = 256 * 1024;

interface Result {
  readonly frontMatter: FrontMatter | undefined;
  readonly problems: Problem[];
  /** Offset at which the queries begin. */
  readonly end: number;
}

type Draft = { -readonly [K in keyof FrontMatter]: FrontMatter[K] } & { valueRanges: Record<string, Range> };

/** Reads the YAML block at the start of `text`, if there is one. Never throws; what can be read of a broken block is. */
export function parseFrontMatter(text: string): Result {
  const block = findBlock(text);
  if (!block) return { frontMatter: undefined, problems: [], end: 0 };
  const problems: Problem[] = [];
  const draft: Draft = { range: block.range, valueRanges: {} };
  if (!block.closed) {
    const lineBreak = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
    const insertion = `${text.slice(0, block.range.end).match(/[\r\n]$/) ? '' : lineBreak}---${lineBreak}`;
    problems.push({
      rule: 'front-matter-unclosed',
      severity: 'error',
      message: 'The front matter is not closed: put a line with --- between it and the first query.',
      range: block.opening,
      fixes: [
        {
          title: 'Close the front matter with ---',
          edits: [{ range: { start: block.range.end, end: block.range.end }, newText: insertion }],
          preferred: true,
        },
      ],
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

/** A line that can belong to YAML as we use it: where an unclosed block ends is guessed with it. */
const YAML_LINE = /^(?:\s*$|\s+\S|[A-Za-z_][\w-]*\s*:(?:\s|$)|- |-$|#(?!\d)|[\]}])/;

function findBlock(text: string): { range: Range; yaml: Range; opening: Range; closed: boolean } | undefined {
  // `\r(?!\n)`: were `\r\n` also two line ends, n blank lines could be read in 2^n ways.
  const opening = /^\uFEFF?(?:[ \t]*(?:\r\n|\r(?!\n)|\n))*(---[ \t]*)(?:\r\n|\r|\n|$)/.exec(text);
  if (!opening) return undefined;
  const marker = opening[1] ?? '';
  const start = opening[0].indexOf('---');
  const yamlStart = opening[0].length;
  const openingRange = { start, end: start + marker.length };
  const closing = /^(?:---|\.\.\.)[ \t]*$/gm;
  closing.lastIndex = yamlStart;
  // `m` treats a lone CR as a line end as well; the position has to be at a line start, which yamlStart is.
  const close = yamlStart > start + marker.length ? closing.exec(text) : null;
  if (close) {
    const end = close.index + close[0].length;
    const yaml = { start: yamlStart, end: close.index };
    return { range: { start, end }, yaml, opening: openingRange, closed: true };
  }
  let end = openingRange.end;
  for (const line of textLines(text, yamlStart)) {
    if (!YAML_LINE.test(text.slice(line.start, Math.min(line.end, line.start + 200)))) break;
    if (line.end > line.start) end = nextLineStart(text, line.end);
  }
  end = Math.max(end, Math.min(yamlStart, text.length));
  return {
    range: { start, end },
    yaml: { start: Math.min(yamlStart, end), end },
    opening: openingRange,
    closed: false,
  };
}

function nextLineStart(text: string, end: number): number {
  if (text.startsWith('\r\n', end)) return end + 2;
  return Math.min(end + 1, text.length);
}

function readYaml(text: string, span: Range, draft: Draft, problems: Problem[]): void {
  // The YAML library knows no lone CR; replacing it by LF keeps every offset.
  const source = text.slice(span.start, span.end).replace(/\r(?!\n)/g, '\n');
  const document = parseDocument(source, { prettyErrors: false, lineCounter: new LineCounter() });
  const at = (start: number, end: number): Range => ({
    start: span.start + Math.max(0, Math.min(start, source.length)),
    end: span.start + Math.max(0, Math.min(Math.max(start, end), source.length)),
  });
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

class FrontMatterReader {
  readonly #source: string;
  readonly #at: (start: number, end: number) => Range;
  readonly #draft: Draft;
  readonly #problems: Problem[];

  constructor(source: string, at: (start: number, end: number) => Range, draft: Draft, problems: Problem[]) {
    this.#source = source;
    this.#at = at;
    this.#draft = draft;
    this.#problems = problems;
  }

  read(pair: Pair): void {
    const key = keyText(pair);
    const keyRange = this.#rangeOf(pair.key) ?? this.#at(0, 0);
    if (key === undefined || !Object.hasOwn(frontMatterKeys, key)) {
      this.#unknownKey(key, keyRange);
      return;
    }
    const valueRange = this.#rangeOf(pair.value) ?? { start: keyRange.end, end: keyRange.end };
    this.#draft.valueRanges[key] = valueRange;
    // `title:` without a value is what a person types on the way: absent, not wrong.
    if (pair.value === null || (isScalar(pair.value) && pair.value.value === null && !pair.value.source))
      return;
    if (key === 'title') this.#draft.title = this.#text(pair.value, key, valueRange);
    else if (key === 'database') this.#draft.database = this.#text(pair.value, key, valueRange);
    else if (key === 'until') this.#until(pair.value, valueRange);
    else if (key === 'pico') this.#pico(pair.value, valueRange);
    else this.#seeds(pair.value, valueRange);
  }

  #rangeOf(node: unknown): Range | undefined {
    const span = (node as { range?: [number, number, number] | null } | null | undefined)?.range;
    return span ? this.#at(span[0], span[1]) : undefined;
  }

  #report(rule: string, message: string, range: Range, more: Partial<Problem> = {}): void {
    this.#problems.push({ rule, severity: 'error', message, range, ...more });
  }

  #unknownKey(key: string | undefined, range: Range): void {
    const known = Object.keys(frontMatterKeys);
    const close = key === undefined ? undefined : nearest(key, known);
    const hint = close === undefined ? `Known keys: ${known.join(', ')}.` : `Did you mean ${close}?`;
    this.#report('front-matter-unknown-key', `Querent does not know the key "${key ?? ''}". ${hint}`, range, {
      severity: 'warning',
      ...(close === undefined
        ? {}
        : {
            fixes: [{ title: `Change to ${close}`, edits: [{ range, newText: close }], preferred: true }],
          }),
    });
  }

  /** A text, also where YAML would read a number or a date; undefined (and a problem) for lists and maps. */
  #text(node: unknown, key: string, range: Range): string | undefined {
    const value = scalarText(node);
    if (value !== undefined && value.trim() !== '') return value.trim();
    if (value !== undefined) return undefined;
    this.#report(
      'front-matter-type',
      isAlias(node)
        ? `${key} is written as a YAML alias, which the front matter does not support. Write the text itself.`
        : `${key} has to be a text, not a list or a group of keys. Put it in quotes if it holds brackets or a colon.`,
      range,
    );
    return undefined;
  }

  #until(node: unknown, range: Range): void {
    const value = this.#text(node, 'until', range);
    if (value === undefined) return;
    if (isDay(value)) {
      this.#draft.until = value;
      return;
    }
    const parts = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$/.exec(value);
    const mended = parts
      ? `${parts[1]}-${(parts[2] ?? '').padStart(2, '0')}-${(parts[3] ?? '').padStart(2, '0')}`
      : /^\d{4}$/.test(value)
        ? `${value}-12-31`
        : undefined;
    this.#report(
      'front-matter-date',
      `"${value.slice(0, 40)}" is not a day. Write the search date as yyyy-mm-dd, for example 2016-09-30; it is left out until then.`,
      range,
      mended !== undefined && isDay(mended)
        ? {
            fixes: [{ title: `Change to ${mended}`, edits: [{ range, newText: mended }], preferred: true }],
          }
        : {},
    );
  }

  #pico(node: unknown, range: Range): void {
    if (!isMap(node)) {
      this.#report(
        'front-matter-type',
        'pico has to hold keys of its own, indented below it: population, intervention, comparison, outcome.',
        range,
      );
      return;
    }
    const pico: Record<string, string> = {};
    const other: Record<string, string> = {};
    for (const pair of node.items) {
      const key = keyText(pair);
      if (key === undefined || pair.value === null || (isScalar(pair.value) && pair.value.value === null))
        continue;
      const value = this.#text(pair.value, `pico.${key}`, this.#rangeOf(pair.value) ?? range);
      if (value === undefined) continue;
      const known = Object.hasOwn(PICO_ALIASES, key.toLowerCase())
        ? PICO_ALIASES[key.toLowerCase()]
        : undefined;
      if (known !== undefined) pico[known] = value;
      else Object.defineProperty(other, key, { value, enumerable: true, writable: true, configurable: true });
    }
    this.#draft.pico = { ...pico, ...(Object.keys(other).length > 0 ? { other } : {}) };
  }

  #seeds(node: unknown, range: Range): void {
    const ids = new Map<string, Range>();
    const add = (written: string, where: Range): void => {
      const id = parseId(written);
      if (id === undefined) this.#problems.push(badSeed(written, where));
      else if (ids.has(id))
        this.#report('front-matter-duplicate-seed', `${id} is listed twice; it counts once.`, where, {
          severity: 'warning',
        });
      else ids.set(id, where);
    };
    if (isSeq(node)) {
      for (const item of node.items) {
        const where = this.#rangeOf(item) ?? range;
        if (item === null || (isScalar(item) && item.value === null && !item.source)) continue;
        const value = scalarText(item);
        if (value === undefined)
          this.#problems.push(badSeed(this.#source.slice(...this.#local(where)), where));
        else if (/[\s,;]/.test(value.trim()) && idWithin(value.trim()) === undefined)
          this.#idsWithin(where, add);
        else add(value.trim(), where);
      }
    } else {
      const value = scalarText(node);
      if (value === undefined) {
        this.#report(
          'front-matter-type',
          'seeds has to be a list of PMIDs or NCT ids, [8466062, 1538063], or the path of a .txt, .nbib or .ris file.',
          range,
        );
        return;
      }
      if (/\.(?:txt|nbib|ris)$/i.test(value.trim())) {
        this.#draft.seedsFile = value.trim();
        return;
      }
      if (value.trim() === '') return;
      this.#idsWithin(range, add);
    }
    this.#draft.seeds = [...ids.keys()];
  }

  #local(range: Range): [number, number] {
    const base = this.#at(0, 0).start;
    return [range.start - base, range.end - base];
  }

  /** Ids separated by commas, semicolons or white space in the source of a scalar, in whatever style it is written. */
  #idsWithin(range: Range, add: (written: string, where: Range) => void): void {
    const [from, to] = this.#local(range);
    for (const match of this.#source.slice(from, to).matchAll(/[^\s,;"']+/g)) {
      // The indicator of a block scalar, `seeds: |`
      if (match.index === 0 && /^[|>][-+0-9]*$/.test(match[0])) continue;
      const start = range.start + match.index;
      add(match[0], { start, end: start + match[0].length });
    }
  }
}

function keyText(pair: Pair): string | undefined {
  return scalarText(pair.key);
}

function scalarText(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  if (typeof node.value === 'string') return node.value;
  const { value } = node;
  return node.source ?? (typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '');
}

/** Whether `text` is a day of the calendar as `yyyy-mm-dd`. */
function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
