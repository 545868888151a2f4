import { detached } from '../text/index.ts';
import { isLineBreak } from './characterClasses.ts';
import { LONGEST_TAG, splitTag } from './fieldTable.ts';
import type { TagParts } from './fieldTable.ts';
import type { Tag } from './tree.ts';

/** What a spelling of a tag means, the same wherever it is written. */
export interface KnownTag extends Omit<Tag, 'range'> {
  /** The canonical tag of the field; a known tag has one. */
  readonly field: string;
  /** Nothing can be wrong with it, whatever it stands behind. */
  readonly isPlain: boolean;
}

const OPENING = 91;
const CLOSING = 93;

/** One spelling for each hash of a spelling, the latest: as good as a table of all for the few that a query uses, and bounded. */
const SLOTS = 512;
const slots = new Array<KnownTag | undefined>(SLOTS).fill(undefined);

/** The closed tag at `bracket` in `text` whose field PubMed knows; undefined when there is none. */
export function knownTagAt(text: string, bracket: number): KnownTag | undefined {
  const limit = Math.min(text.length, bracket + LONGEST_TAG + 2);
  let hash = 0;
  for (let at = bracket + 1; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === CLOSING) return lookUp(text, bracket + 1, at, hash);
    if (code === OPENING || isLineBreak(code)) return undefined;
    hash = Math.imul(hash, 31) + code;
  }
  return undefined;
}

function lookUp(text: string, start: number, end: number, hash: number): KnownTag | undefined {
  const slot = (hash ^ (hash >>> 9)) & (SLOTS - 1);
  const known = slots[slot];
  if (known?.text.length === end - start && text.startsWith(known.text, start)) return known;
  const read = knownTag(detached(text.slice(start, end)));
  if (read !== undefined) slots[slot] = read;
  return read;
}

function knownTag(text: string): KnownTag | undefined {
  const parts = splitTag(text);
  const { field, noExplode, distance, unknownModifier } = parts;
  if (field === undefined) return undefined;
  const isPlain = unknownModifier === undefined && distance === undefined && (!noExplode || field.explodes);
  return { text, field: field.tag, noExplode, proximity: proximityOf(parts), isPlain };
}

/** N of `:~N`; undefined when it is no number. */
export function proximityOf({ distance }: TagParts): number | undefined {
  return distance !== undefined && /^\d{1,4}$/.test(distance) ? Number(distance) : undefined;
}
