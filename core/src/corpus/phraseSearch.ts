import { DocSet } from './docSet.ts';
import type { Postings } from './postings.ts';
import { zoneSpan } from './postings.ts';
import type { Slot } from './tokenize.ts';

/** So much is done, a few milliseconds' work, before a search looks again whether it was given up. */
const termsBetweenChecks = 256;
const docsBetweenChecks = 256;

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
  const docs = new DocSet(size);
  postings.expand(slot).forEach((term, i) => {
    if (i % termsBetweenChecks === 0) check();
    postings.addDocs(term, mask, docs);
  });
  return docs;
}

function placesOfSlot(
  postings: Postings,
  mask: number,
  slot: Slot,
  ranks: Int32Array,
  count: number,
  check: () => void,
): SlotPlaces {
  const pairs = { ranks: [] as number[], places: [] as number[] };
  const terms = postings.expand(slot);
  terms.forEach((term, i) => {
    if (i % termsBetweenChecks === 0) check();
    postings.collectPlaces(term, mask, ranks, pairs);
  });
  const starts = new Uint32Array(count + 1);
  for (const rank of pairs.ranks) starts[rank + 1] = (starts[rank + 1] ?? 0) + 1;
  for (let i = 1; i <= count; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  if (terms.length <= 1) return { starts, places: Uint32Array.from(pairs.places) };
  const places = new Uint32Array(pairs.places.length);
  const next = starts.slice();
  pairs.ranks.forEach((rank, i) => {
    const at = next[rank] ?? 0;
    places[at] = pairs.places[i] ?? 0;
    next[rank] = at + 1;
  });
  for (let rank = 0; rank < count; rank++) places.subarray(starts[rank], starts[rank + 1]).sort();
  return { starts, places };
}

/** Whether the places of one document satisfy a condition; `lists[i]` are those of the i-th slot, ascending, none empty. */
type PlaceTest = (lists: readonly Uint32Array[]) => boolean;

/** The documents in which the places of `slots`, within one zone of `mask`, satisfy `test`. */
function search(
  postings: Postings,
  mask: number,
  slots: readonly Slot[],
  size: number,
  test: PlaceTest,
  check: () => void,
): DocSet {
  const result = new DocSet(size);
  let candidates: DocSet | undefined;
  for (const slot of new Set(slots)) {
    const docs = docsOfSlot(postings, mask, slot, size, check);
    candidates = candidates === undefined ? docs : candidates.keepAll(docs);
  }
  if (candidates === undefined || candidates.isEmpty()) return result;
  const docs = candidates.toArray();
  const ranks = new Int32Array(size).fill(-1);
  docs.forEach((doc, rank) => (ranks[doc] = rank));
  const bySlot = new Map<Slot, SlotPlaces>();
  for (const slot of slots)
    if (!bySlot.has(slot)) bySlot.set(slot, placesOfSlot(postings, mask, slot, ranks, docs.length, check));
  const columns = slots.map((slot) => bySlot.get(slot)).filter((column) => column !== undefined);
  docs.forEach((doc, rank) => {
    if (rank % docsBetweenChecks === 0) check();
    const lists = columns.map(({ starts, places }) => places.subarray(starts[rank], starts[rank + 1]));
    if (test(lists)) result.add(doc);
  });
  return result;
}

/** The documents in which the slots stand one behind the other. */
export function docsOfPhrase(
  postings: Postings,
  mask: number,
  slots: readonly Slot[],
  size: number,
  check: () => void,
): DocSet {
  return search(postings, mask, slots, size, isRun, check);
}

function isRun(lists: readonly Uint32Array[]): boolean {
  const [first, ...rest] = lists;
  return first?.some((place) => rest.every((list, i) => list.includes(place + i + 1))) ?? false;
}

/**
 * The documents in which all slots stand near each other in any order with at most `between` other words among them
 * (PubMed's `:~N`). Each slot needs a place of its own.
 */
export function docsNear(
  postings: Postings,
  mask: number,
  slots: readonly Slot[],
  between: number,
  size: number,
  check: () => void,
): DocSet {
  const span = Math.min(slots.length + between, zoneSpan - 1) - 1;
  // How often each word is asked for: a text that has it less often needs no closer look, however long the query.
  const uses = new Map<Slot, number>();
  for (const slot of slots) uses.set(slot, (uses.get(slot) ?? 0) + 1);
  const wanted = slots.map((slot) => uses.get(slot) ?? 1);
  const test: PlaceTest = (lists) =>
    lists.every((list, i) => list.length >= (wanted[i] ?? 1)) && isNear(lists, span);
  return search(postings, mask, slots, size, test, check);
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
