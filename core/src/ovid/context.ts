import type { Thesaurus } from '../mesh/index.ts';
import type { Range } from '../text/index.ts';
import { findFieldCode } from './fieldCodes.ts';
import type { Draft, NoteKind } from './notes.ts';
import type { FieldSuffix } from './tree.ts';

/** Terms that one conversion may write out in all, so that hostile text does not grow without end. */
const BUDGET = 100_000;

/** What converting a search needs to know, and where it tells what it left out. */
export class Conversion {
  readonly thesaurus: Thesaurus | undefined;
  /** Numbers of the searches so far that gave something, in their order. */
  readonly converted: number[] = [];
  readonly #known = new Set<number>();
  /** Notes on what has no place in the result; taken by the line that is being converted. */
  dropped: Draft[] = [];
  #left = BUDGET;

  constructor(thesaurus: Thesaurus | undefined) {
    this.thesaurus = thesaurus;
  }

  add(label: number): void {
    this.converted.push(label);
    this.#known.add(label);
  }

  has(label: number): boolean {
    return this.#known.has(label);
  }

  drop(draft: Draft): undefined {
    this.dropped.push(draft);
  }

  /** Whether `terms` more may be written; takes them off what is left. */
  spend(terms: number): boolean {
    if (terms > this.#left) return false;
    this.#left -= terms;
    return true;
  }
}

/** Makes a note. */
export function draft(kind: NoteKind, reason: string, range: Range, message: string): Draft {
  return { kind, reason, message, range: { start: range.start, end: range.end } };
}

/** What a field suffix means for the terms it applies to. */
export interface FieldPlan {
  /** PubMed's tags to search, without doubles. */
  readonly tags: readonly string[];
  /** Ovid's codes. */
  readonly codes: ReadonlySet<string>;
  readonly notes: readonly Draft[];
}

/** Without a field Ovid searches `.mp.`. */
const DEFAULT_CODES = ['mp'];

/** Chooses PubMed's tags for a field suffix; undefined stands for none. */
export function planFields(fields: FieldSuffix | undefined, range: Range): FieldPlan {
  const codes = new Set(fields?.codes ?? DEFAULT_CODES);
  const where = fields?.range ?? range;
  const text = [...codes].some((code) => code === 'ab' || code === 'tw');
  if (fields === undefined)
    return {
      tags: ['tw'],
      codes,
      notes: [
        draft(
          'approximate',
          'field-default',
          where,
          'without a field Ovid searches .mp.; it became [tw], which searches about the same fields',
        ),
      ],
    };
  const notes = new Map<string, Draft>();
  let tags = new Set<string>();
  for (const code of codes) {
    const field = findFieldCode(code);
    if (field === undefined) continue;
    // Title and abstract together are [tiab], which holds the authors' keywords too.
    if (code === 'ti' && text) continue;
    if ((code === 'kf' || code === 'kw') && text) continue;
    if (code === 'ab' && codes.has('ti')) {
      tags.add('tiab');
      continue;
    }
    tags.add(field.tag);
    if (field.difference !== undefined)
      notes.set(
        field.difference.reason,
        draft('approximate', field.difference.reason, where, field.difference.message),
      );
  }
  // All text words, and all fields, hold the narrower ones.
  if (tags.has('all')) tags = new Set(['all']);
  else if (tags.has('tw')) tags = new Set([...tags].filter((tag) => !['ti', 'tiab', 'ot'].includes(tag)));
  return { tags: [...tags], codes, notes: [...notes.values()] };
}

/** A plan whose notes speak of `range`, a term that the fields apply to. */
export function planAt(plan: FieldPlan, range: Range): FieldPlan {
  return plan.notes.length === 0 ? plan : { ...plan, notes: plan.notes.map((note) => ({ ...note, range })) };
}
