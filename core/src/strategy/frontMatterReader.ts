import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Pair } from 'yaml';
import { fix } from '../text/index.ts';
import type { Problem, Range } from '../text/index.ts';
import type { Author, FrontMatter, Pico } from './document.ts';
import { isDay } from './day.ts';
import { nearest } from './nearest.ts';
import { badSeed, idWithin, parseId } from './seeds.ts';

/** Keys of the front matter and what they hold, for diagnostics, completion and hover. */
export const frontMatterKeys: Readonly<Record<string, string>> = {
  title: 'The review question or the title of the review.',
  pico: 'The parts of the question: population, intervention, comparison, outcome.',
  database:
    'Where the strategy is searched: pubmed, ctgov, or the path of a citation library in the workspace.',
  until: 'Search date as yyyy-mm-dd; records after it are left out.',
  seeds: 'Known relevant records: PMIDs or NCT ids, or the path of a .txt, .nbib or .ris file.',
  authors: 'Who wrote the strategy: names, or name, orcid and email of each.',
  searchFile: 'What else a JSON search file says of this search; kept for other tools.',
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

/** Front matter in the making. */
export type FrontMatterDraft = { -readonly [K in keyof FrontMatter]: FrontMatter[K] } & {
  valueRanges: Record<string, Range>;
};

/** Reads the values of the top-level keys into a draft, and tells what is wrong with each at its place. */
export class FrontMatterReader {
  readonly #source: string;
  readonly #at: (start: number, end: number) => Range;
  readonly #draft: FrontMatterDraft;
  readonly #problems: Problem[];

  constructor(
    source: string,
    at: (start: number, end: number) => Range,
    draft: FrontMatterDraft,
    problems: Problem[],
  ) {
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
    else if (key === 'authors') this.#authors(pair.value, valueRange);
    else if (key === 'searchFile') this.#searchFile(pair.value, valueRange);
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
            fixes: [fix(`Change to ${close}`, true, [range.start, range.end, close])],
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
            fixes: [fix(`Change to ${mended}`, true, [range.start, range.end, mended])],
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

  /** Names, or groups of name, orcid and email; one author needs no list. */
  #authors(node: unknown, range: Range): void {
    const authors: Author[] = [];
    for (const item of isSeq(node) ? node.items : [node]) {
      const where = this.#rangeOf(item) ?? range;
      const value = isMap(item) ? (item.toJSON() as Record<string, unknown>) : { name: scalarText(item) };
      const { name, orcid = value['ORCID'], email } = value;
      if (typeof name !== 'string' || name.trim() === '') {
        this.#report(
          'front-matter-type',
          'authors has to be a list of names, or of groups with name, orcid and email: [{ name: Ada Lee, orcid: 0000-0002-1825-0097 }].',
          where,
        );
        continue;
      }
      authors.push({
        name: name.trim(),
        ...(typeof orcid === 'string' ? { orcid: orcid.trim() } : {}),
        ...(typeof email === 'string' ? { email: email.trim() } : {}),
      });
    }
    this.#draft.authors = authors;
  }

  #searchFile(node: unknown, range: Range): void {
    if (isMap(node)) this.#draft.searchFile = node.toJSON() as Record<string, unknown>;
    else
      this.#report(
        'front-matter-type',
        'searchFile has to hold keys of its own, indented below it, as they stand in a JSON search file.',
        range,
      );
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
