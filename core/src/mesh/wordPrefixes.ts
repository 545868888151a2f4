/** Longest word looked at, in UTF-16 units: what is longer is no word that somebody types. */
const LONGEST = 64;
/** Words sorted between two pauses are those with one first letter; a pause follows every so many comparisons of neighbours. */
const NEIGHBOURS_AT_ONCE = 20_000;

/** A word that begins, nearly, as asked. */
export interface NearWord {
  readonly id: number;
  /** Letters typed wrong. */
  readonly distance: number;
}

/** Words in alphabetical order: those that begin with some letters are neighbours. */
export class WordPrefixes {
  readonly #words: readonly string[];
  /** Ids in alphabetical order. */
  readonly #sorted: number[] = [];
  /** How many letters a word shares at its beginning with the one before it. */
  #shared = new Uint8Array(0);

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** Sorts, in steps. */
  *build(): Generator<void> {
    const buckets = new Map<string, number[]>();
    this.#words.forEach((word, id) => {
      const bucket = buckets.get(word.charAt(0));
      if (bucket === undefined) buckets.set(word.charAt(0), [id]);
      else bucket.push(id);
    });
    const letters = [...buckets.keys()].sort();
    for (const letter of letters) {
      yield;
      const bucket = buckets.get(letter) ?? [];
      bucket.sort((a, b) => compare(this.#words[a] ?? '', this.#words[b] ?? ''));
      for (const id of bucket) this.#sorted.push(id);
    }
    this.#shared = new Uint8Array(this.#sorted.length);
    let before = '';
    for (const [index, id] of this.#sorted.entries()) {
      if (index % NEIGHBOURS_AT_ONCE === NEIGHBOURS_AT_ONCE - 1) yield;
      const word = this.#words[id] ?? '';
      const most = Math.min(before.length, word.length, LONGEST);
      let shared = 0;
      while (shared < most && before.charCodeAt(shared) === word.charCodeAt(shared)) shared++;
      this.#shared[index] = shared;
      before = word;
    }
  }

  /** Ids of the words that begin with `prefix`, alphabetically. */
  starting(prefix: string): readonly number[] {
    const start = this.#lowerBound(prefix);
    let end = start;
    while (end < this.#sorted.length && (this.#words[this.#sorted[end] ?? 0] ?? '').startsWith(prefix)) end++;
    return this.#sorted.slice(start, end);
  }

  /**
   * Words that begin with something at most `limit` steps from `prefix`, the nearest first. A step is a letter more, less or
   * changed, or two neighbours swapped. One row of the distance table a letter, shared by all words that begin alike (a walk
   * over the trie that the sorted words are), so that most words cost one comparison.
   */
  near(prefix: string, limit: number): readonly NearWord[] {
    const typed = prefix.slice(0, LONGEST);
    const width = typed.length + 1;
    const deepest = Math.min(LONGEST, typed.length + limit);
    const rows = new Uint8Array((deepest + 1) * width);
    for (let j = 0; j < width; j++) rows[j] = j;
    /** Least distance of the typed word to the first `depth` letters or fewer. */
    const best = new Uint8Array(deepest + 1).fill(255);
    best[0] = typed.length;
    /** Rows 0 to `valid` belong to the letters of the word looked at last; `dead` is the row that no match lies behind. */
    let valid = 0;
    let dead = Infinity;
    const found: NearWord[] = [];
    for (let index = 0; index < this.#sorted.length; index++) {
      const shared = this.#shared[index] ?? 0;
      if (shared < valid) valid = shared;
      if (dead <= shared) {
        this.#note(found, index, best[dead] ?? 255, limit);
        continue;
      }
      dead = Infinity;
      const word = this.#words[this.#sorted[index] ?? 0] ?? '';
      const end = Math.min(word.length, deepest);
      while (valid < end && dead === Infinity) {
        valid++;
        const least = fillRow(rows, width, valid, typed, word);
        best[valid] = Math.min(best[valid - 1] ?? 255, rows[valid * width + width - 1] ?? 255);
        if (least > limit) dead = valid;
      }
      this.#note(found, index, best[Math.min(valid, end)] ?? 255, limit);
    }
    return found.sort((a, b) => a.distance - b.distance);
  }

  #note(found: NearWord[], index: number, distance: number, limit: number): void {
    if (distance <= limit) found.push({ id: this.#sorted[index] ?? 0, distance });
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#words[this.#sorted[middle] ?? 0] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Row `i` of the distance table of `typed` and the first `i` letters of `word` (optimal string alignment); gives its least value. */
function fillRow(rows: Uint8Array, width: number, i: number, typed: string, word: string): number {
  const row = i * width;
  const last = row - width;
  const letter = word.charCodeAt(i - 1);
  const letterBefore = i > 1 ? word.charCodeAt(i - 2) : -1;
  rows[row] = i;
  let least = i;
  for (let j = 1; j < width; j++) {
    const typedLetter = typed.charCodeAt(j - 1);
    let cost = (rows[last + j - 1] ?? 0) + (letter === typedLetter ? 0 : 1);
    cost = Math.min(cost, (rows[last + j] ?? 0) + 1, (rows[row + j - 1] ?? 0) + 1);
    if (j > 1 && letterBefore === typedLetter && letter === typed.charCodeAt(j - 2))
      cost = Math.min(cost, (rows[last - width + j - 2] ?? 0) + 1);
    rows[row + j] = cost;
    if (cost < least) least = cost;
  }
  return least;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
