/** A part of a structured abstract. */
export interface AbstractPart {
  readonly label: string;
  readonly text: string;
}

/** `BACKGROUND: We asked. METHODS: By post.` in parts. What is put together again as `LABEL: text LABEL: text` is what it was. */
export function abstractParts(abstract: string): readonly AbstractPart[] {
  const starts = [...abstract.matchAll(LABEL)].map(({ index, 0: whole, 1: label = '' }) => ({
    // The blank before a label joins the parts and belongs to none.
    at: index,
    textAt: index + whole.length,
    label,
  }));
  const [first] = starts;
  if (first === undefined) return [{ label: '', text: abstract }];
  const parts = starts.map(({ textAt, label }, i) => ({
    label,
    text: abstract.slice(textAt, starts[i + 1]?.at),
  }));
  return first.at === 0 ? parts : [{ label: '', text: abstract.slice(0, first.at) }, ...parts];
}

/** Words in capitals before a colon, at the beginning or behind the end of a sentence. */
const LABEL = /(?:^|(?<=[.?!)]) )(\p{Lu}[\p{Lu}/&,' -]{2,60}): (?=\S)/gu;
