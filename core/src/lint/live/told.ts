import type { Problem } from '../../text/index.ts';

/** Rules that say the same by the text alone, with the reason and better fixes, by the rule of this room. */
const TOLD: Readonly<Record<string, ReadonlySet<string>>> = {
  'phrase-not-found': new Set([
    ...['heading-not-found', 'unquoted-comma', 'publication-type-as-heading', 'unknown-subheading'],
    ...['unknown-publication-type', 'retired-publication-type', 'unknown-language', 'unknown-filter'],
    ...['quoted-query', 'operator-in-quotes', 'star-after-quote'],
  ]),
  'field-not-found': new Set(['unknown-tag', 'empty-tag']),
  'term-ignored': new Set(['stopword-term']),
  'all-fields-fallback': new Set(['unknown-tag', 'heading-not-found', 'unquoted-comma']),
  'truncation-dropped': new Set([
    ...['short-truncation', 'too-many-wildcards', 'proximity-truncation', 'star-after-quote'],
  ]),
};

/** `answered` without what `others` say of the same place already. */
export function withoutToldBefore(
  answered: readonly Problem[],
  others: readonly Problem[],
): readonly Problem[] {
  if (answered.length === 0) return answered;
  const rules = new Set(Object.values(TOLD).flatMap((names) => [...names]));
  const told = others.filter(({ rule }) => rules.has(rule));
  return answered.filter(
    ({ rule, range }) =>
      !told.some(
        (other) =>
          TOLD[rule]?.has(other.rule) === true &&
          other.range.start < range.end &&
          range.start < other.range.end,
      ),
  );
}
