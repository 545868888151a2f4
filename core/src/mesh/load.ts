import type { Descriptor, Thesaurus } from './descriptor.ts';
import { MeshThesaurus } from './thesaurus.ts';
import { treeTops } from './treeTops.ts';

/** A descriptor as the JSON lines files hold it; only `ui` and `name` must be there. */
export interface DescriptorJson {
  readonly ui: string;
  readonly name: string;
  readonly entry?: readonly string[];
  readonly perm?: readonly string[];
  readonly tree?: readonly string[];
  readonly pa?: readonly string[];
  /** Scope note. */
  readonly scope?: string;
  /** Date established, `yyyy-mm-dd`. */
  readonly established?: string;
  /** Previous names. */
  readonly previous?: readonly string[];
  /** Codes of allowed subheadings. */
  readonly subheadings?: readonly string[];
}

/** Lines that are read between two pauses: some 3 ms. */
const LINES_AT_ONCE = 1_000;

/** A line that holds no descriptor. */
export interface DescriptorRejection {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/**
 * Loads MeSH from JSON lines (texts, or objects that are parsed already). Empty lines are passed over; a line that holds no
 * descriptor is left out and told to `onReject`; of two descriptors with the same `ui` the first is kept. Never throws on
 * bad content: check `size`.
 * @param version what {@link Thesaurus.version} says, for example `2024`.
 */
export function loadThesaurus(
  source: Iterable<string | DescriptorJson>,
  version?: string,
  onReject?: (rejection: DescriptorRejection) => void,
): Thesaurus {
  const steps = loadThesaurusInSteps(source, version, onReject);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * {@link loadThesaurus} in steps of some ten milliseconds, for programs that must stay responsive. `prepare` of what comes makes
 * its tables.
 */
export function* loadThesaurusInSteps(
  source: Iterable<string | DescriptorJson>,
  version?: string,
  onReject?: (rejection: DescriptorRejection) => void,
): Generator<void, Thesaurus> {
  const descriptors: Descriptor[] = [];
  const known = new Set<string>();
  let line = 0;
  for (const item of source) {
    line++;
    if (line % LINES_AT_ONCE === 0) yield;
    if (typeof item === 'string' && item.trim() === '') continue;
    const result = readDescriptor(item);
    if (typeof result === 'string') onReject?.({ line, reason: result });
    else if (known.has(result.ui)) onReject?.({ line, reason: `descriptor ${result.ui} was there before` });
    else {
      known.add(result.ui);
      descriptors.push(result);
    }
  }
  yield;
  return new MeshThesaurus(withTreeTops(descriptors), version);
}

/** Gives the headings at the top of the trees their tree numbers where the source left them out, see {@link treeTops}. */
function withTreeTops(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  const taken = new Set<string>();
  const wanted = new Set<string>();
  for (const { treeNumbers } of descriptors) {
    for (const number of treeNumbers) {
      const dot = number.indexOf('.');
      if (dot < 0) taken.add(number);
      else wanted.add(number.slice(0, dot));
    }
  }
  const tops = new Map<string, string>();
  for (const number of wanted) {
    const name = treeTops[number];
    if (name !== undefined && !taken.has(number)) tops.set(name, number);
  }
  return descriptors.map((descriptor) => {
    const top = tops.get(descriptor.name);
    return top === undefined ? descriptor : { ...descriptor, treeNumbers: [top, ...descriptor.treeNumbers] };
  });
}

/** MeSH as JSON lines, one descriptor each, such as {@link loadThesaurus} reads. */
export function* serializeThesaurus(thesaurus: Thesaurus): Generator<string> {
  for (const d of thesaurus.descriptors) {
    const json: DescriptorJson = {
      ui: d.ui,
      name: d.name,
      ...(d.entryTerms.length > 0 ? { entry: d.entryTerms } : {}),
      ...(d.permutedTerms.length > 0 ? { perm: d.permutedTerms } : {}),
      ...(d.treeNumbers.length > 0 ? { tree: d.treeNumbers } : {}),
      ...(d.pharmacologicalActions.length > 0 ? { pa: d.pharmacologicalActions } : {}),
      ...(d.scopeNote === undefined ? {} : { scope: d.scopeNote }),
      ...(d.introduced === undefined ? {} : { established: d.introduced }),
      ...(d.previousNames === undefined ? {} : { previous: d.previousNames }),
      ...(d.allowedSubheadings === undefined ? {} : { subheadings: d.allowedSubheadings }),
    };
    yield JSON.stringify(json);
  }
}

/** The descriptor that `item` holds, or why it holds none. */
function readDescriptor(item: unknown): Descriptor | string {
  let value: unknown = item;
  if (typeof item === 'string') {
    try {
      value = JSON.parse(item.charCodeAt(0) === 0xfeff ? item.slice(1) : item);
    } catch {
      return 'is not a JSON object';
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not a JSON object';
  const json = value as Readonly<Record<string, unknown>>;
  if (typeof json.ui !== 'string' || json.ui === '') return 'has no "ui"';
  if (typeof json.name !== 'string' || json.name === '') return `descriptor ${json.ui} has no "name"`;
  return {
    ui: json.ui,
    name: json.name,
    entryTerms: texts(json.entry),
    permutedTerms: texts(json.perm),
    treeNumbers: texts(json.tree),
    pharmacologicalActions: texts(json.pa),
    ...optional(json),
  };
}

type OptionalParts = Pick<Descriptor, 'scopeNote' | 'introduced' | 'previousNames' | 'allowedSubheadings'>;

/** What a source may leave out; an empty value is absent. */
function optional(json: Readonly<Record<string, unknown>>): OptionalParts {
  const { scope, established } = json;
  const previous = texts(json.previous);
  const codes = texts(json.subheadings);
  return {
    ...(typeof scope === 'string' && scope.trim() !== '' ? { scopeNote: scope.trim() } : {}),
    ...(typeof established === 'string' && ISO_DAY.test(established) ? { introduced: established } : {}),
    ...(previous.length > 0 ? { previousNames: previous } : {}),
    ...(codes.length > 0 ? { allowedSubheadings: codes } : {}),
  };
}

const ISO_DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

const none: readonly string[] = [];

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return none;
  return value.filter((item): item is string => typeof item === 'string' && item !== '');
}
