/** A half-open span of a text in UTF-16 code units: `start` is included, `end` is not. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A place in a text as editors count it: zero-based line, zero-based UTF-16 unit within the line. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Makes a range; the caller guarantees `start <= end`. */
export function range(start: number, end: number): Range {
  return { start, end };
}

/** Whether `offset` lies in `r`, both ends included (a cursor right behind a word still belongs to it). */
export function touches(r: Range, offset: number): boolean {
  return offset >= r.start && offset <= r.end;
}

/** Whether `inner` lies wholly within `outer`. */
export function contains(outer: Range, inner: Range): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}
