import { DocSet } from './docSet.ts';
import type { Postings } from './postings.ts';
import { PlaceList, zoneSpan } from './postings.ts';
import type { Slot } from './tokenize.ts';

/** So much is done, a few milliseconds' work, before a search looks again whether it was given up. */
const termsBetweenChecks = 256;
const docsBetweenChecks = 256;

/** Where a search for several words looks. */
export interface WordPlaces {
  readonly postings: Postings;
  /** Zones that count. */
  readonly mask: number;
  /** Number of documents. */
  readonly size: number;
  /** The documents with a slot in one of the zones. Shared sets. */
  readonly docsOf: (slot: Slot) => DocSet;
  /** Called now and then; throws to give up. */
  readonly check: () => void;
}

/** Places of one slot: those of the candidate with rank `r` are `places[starts[r] .. starts[r + 1]]`, ascending. */
interface SlotPlaces {
  readonly starts: Uint32Array;
  readonly places: Uint32Array;
}

/** The documents that have one of the terms that `slot` stands for in one of the zones of `mask`. */
export function docsOfSlot(
  postings: Postings,
  mask: number,
  slot: Slot,
  size: number,
  check: () => void,
): DocSet {
  const terms = postings.expand(slot);
  const [only] = terms;
  if (only === undefined) return new DocSet(size);
  if (terms.length === 1) return postings.docsOf(only, mask, size);
  let most = 0;
  for (const term of terms) most += postings.data.documentFrequencies[term] ?? 0;
  if (DocSet.isSmall(most, size)) {
    const all = new Uint32Array(most);
    let length = 0;
    for (const term of terms) length = postings.copyDocs(term, mask, all, length);
    return DocSet.ofSorted(size, distinct(all.subarray(0, length).sort()));
  }
  const docs = new DocSet(size, new Uint32Array((size + 31) >>> 5));
  terms.forEach((term, i) => {
    if (i % termsBetweenChecks === 0) check();
    postings.addDocs(term, mask, docs.words);
  });
  return docs;
}

/** The numbers of an ascending list, each once. */
function distinct(sorted: Uint32Array): Uint32Array {
  let length = 0;
  for (let i = 0; i < sorted.length; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[length++] = sorted[i] as number;
  return sorted.slice(0, length);
}

function placesOfSlot({ postings, mask, check }: WordPlaces, slot: Slot, docs: Uint32Array): SlotPlaces {
  const found = new PlaceList();
  const terms = postings.expand(slot);
  terms.forEach((term, i) => {
    if (i % termsBetweenChecks === 0) check();
    postings.collectPlaces(term, mask, docs, found);
  });
  const { ranks, length } = found;
  const starts = new Uint32Array(docs.length + 1);
  for (let i = 0; i < length; i++) {
    const next = (ranks[i] as number) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  if (terms.length <= 1) return { starts, places: found.places };
  const places = new Uint32Array(length);
  const next = starts.slice();
  for (let i = 0; i < length; i++) {
    const rank = ranks[i] as number;
    const at = next[rank] as number;
    places[at] = found.places[i] as number;
    next[rank] = at + 1;
  }
  for (let rank = 0; rank < docs.length; rank++) {
    const [from, to] = [starts[rank] as number, starts[rank + 1] as number];
    if (to - from > 1) places.subarray(from, to).sort();
  }
  return { starts, places };
}

/** Whether the document with rank `rank` satisfies a condition; `columns[i]` holds the places of the i-th slot. */
type PlaceTest = (columns: readonly SlotPlaces[], rank: number) => boolean;

/** The documents in which the places of `slots`, within one zone of the mask, satisfy `test`. */
function search(where: WordPlaces, slots: readonly Slot[], test: PlaceTest): DocSet {
  const sets = [...new Set(slots)].map((slot) => where.docsOf(slot)).sort((a, b) => a.count() - b.count());
  const [smallest, ...larger] = sets;
  if (smallest === undefined) return new DocSet(where.size);
  const candidates = smallest.clone();
  for (const docs of larger) candidates.keepAll(docs);
  const docs = candidates.toArray();
  if (docs.length === 0) return new DocSet(where.size);
  const bySlot = new Map<Slot, SlotPlaces>();
  for (const slot of slots) if (!bySlot.has(slot)) bySlot.set(slot, placesOfSlot(where, slot, docs));
  const columns = slots.map((slot) => bySlot.get(slot)).filter((column) => column !== undefined);
  const found = new Uint32Array(docs.length);
  let length = 0;
  for (let rank = 0; rank < docs.length; rank++) {
    if (rank % docsBetweenChecks === 0) where.check();
    if (test(columns, rank)) found[length++] = docs[rank] as number;
  }
  return DocSet.ofSorted(where.size, found.slice(0, length));
}

/** The documents in which the slots stand one behind the other. */
export function docsOfPhrase(where: WordPlaces, slots: readonly Slot[]): DocSet {
  return search(where, slots, isRun);
}

function isRun(columns: readonly SlotPlaces[], rank: number): boolean {
  const [first] = columns;
  if (first === undefined) return false;
  const last = columns.length - 1;
  const end = first.starts[rank + 1] as number;
  next: for (let at = first.starts[rank] as number; at < end; at++) {
    const place = first.places[at] as number;
    for (let slot = 1; slot <= last; slot++) {
      const { starts, places } = columns[slot] as SlotPlaces;
      const to = starts[rank + 1] as number;
      let other = starts[rank] as number;
      while (other < to && (places[other] as number) < place + slot) other++;
      if (other === to) return false;
      if (places[other] !== place + slot) continue next;
    }
    return true;
  }
  return false;
}

/**
 * The documents in which all slots stand near each other in any order with at most `between` other words among them
 * (PubMed's `:~N`). Each slot needs a place of its own.
 */
export function docsNear(where: WordPlaces, slots: readonly Slot[], between: number): DocSet {
  const span = Math.min(slots.length + between, zoneSpan - 1) - 1;
  // How often each word is asked for: a text that has it less often needs no closer look, however long the query.
  const uses = new Map<Slot, number>();
  for (const slot of slots) uses.set(slot, (uses.get(slot) ?? 0) + 1);
  const wanted = slots.map((slot) => uses.get(slot) ?? 1);
  return search(where, slots, (columns, rank) => {
    const lists = columns.map(({ starts, places }) => places.subarray(starts[rank], starts[rank + 1]));
    return lists.every((list, i) => list.length >= (wanted[i] ?? 1)) && isNear(lists, span);
  });
}

/** Moves a window of `span` over all places in order and looks closer only where it holds every slot. */
function isNear(lists: readonly Uint32Array[], span: number): boolean {
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  // Place and slot in one number, so that sorting needs no comparison function.
  const events = new Float64Array(total);
  let filled = 0;
  lists.forEach((list, slot) => {
    for (const place of list) events[filled++] = place * lists.length + slot;
  });
  events.sort();
  const placeOf = (at: number): number => Math.floor((events[at] ?? 0) / lists.length);
  const counts = new Uint32Array(lists.length);
  let held = 0;
  for (let left = 0, right = 0; right < total; right++) {
    const slot = (events[right] ?? 0) % lists.length;
    counts[slot] = (counts[slot] ?? 0) + 1;
    if (counts[slot] === 1) held++;
    for (const end = placeOf(right); placeOf(left) < end - span; left++) {
      const gone = (events[left] ?? 0) % lists.length;
      counts[gone] = (counts[gone] ?? 0) - 1;
      if (counts[gone] === 0) held--;
    }
    if (held < lists.length) continue;
    const [from, to] = [placeOf(left), placeOf(right)];
    if (haveOwnPlaces(lists.map((list) => list.filter((place) => place >= from && place <= to)))) return true;
  }
  return false;
}

/** Whether every list can be given a place that no other list has (augmenting paths of bipartite matching). */
function haveOwnPlaces(lists: readonly Uint32Array[]): boolean {
  const owner = new Map<number, number>();
  const assign = (list: number, seen: Set<number>): boolean => {
    for (const place of lists[list] ?? []) {
      if (seen.has(place)) continue;
      seen.add(place);
      const holder = owner.get(place);
      if (holder !== undefined && !assign(holder, seen)) continue;
      owner.set(place, list);
      return true;
    }
    return false;
  };
  return lists.every((_, i) => assign(i, new Set()));
}
