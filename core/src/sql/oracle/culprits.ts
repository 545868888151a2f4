import type { Asking, Replacement, Span } from './asking.ts';

/** A name that no database has, without quotes, in which SQLite would take it for a text: whether the engine names it tells which place it speaks of. */
const strangeName = 'querent\u2060name';

/** Whether a message says that the text is no SQL, rather than that something in it does not fit. */
export function isSyntax(message: string | undefined): boolean {
  return (
    message !== undefined &&
    (/^near ".*": syntax error$/su.test(message) ||
      isIncomplete(message) ||
      /^unrecognized token: /u.test(message))
  );
}

export function isIncomplete(message: string | undefined): boolean {
  return message === 'incomplete input';
}

/**
 * Which of several places with the same name a message is about. A place is when the message stays although all other places are harmless;
 * where nothing harmless can stand, when the engine names whatever name is put there.
 */
export function culprits(
  asking: Asking,
  message: string,
  spans: readonly Span[],
  base: readonly Replacement[],
  harmless: string,
): readonly Span[] {
  if (spans.length < 2) return spans;
  const candidates = spans.slice(0, mostPlaces);
  const harmlessAt = (span: Span): Replacement => ({ ...span, text: harmless });
  const fixed = new Set(candidates.filter((span) => isSyntax(asking.with(...base, harmlessAt(span)))));
  const replaceable = spans.filter((span) => !fixed.has(span));
  const isOfOthers = asking.with(...base, ...replaceable.map(harmlessAt)) === message;
  const found = candidates.filter((span) =>
    fixed.has(span) || isOfOthers
      ? namesWhatStands(asking, span, base)
      : asking.with(...base, ...replaceable.filter((other) => other !== span).map(harmlessAt)) === message,
  );
  return found.length > 0
    ? found
    : candidates.filter((span) => namesWhatStands(asking, span, base)).slice(0, 1);
}

/** The first place of which the engine speaks when a name of its own stands there. */
export function firstNamed(
  asking: Asking,
  spans: readonly Span[],
  base: readonly Replacement[],
): Span | undefined {
  return spans.slice(0, mostPlaces).find((span) => namesWhatStands(asking, span, base));
}

/** The places without which, something harmless in their stead, the engine no longer says this; first those without which it says nothing. */
export function removable(
  asking: Asking,
  message: string,
  replacements: readonly Replacement[],
  base: readonly Replacement[],
): readonly Replacement[] {
  const answers = new Map(
    replacements.slice(0, mostPlaces).map((each) => [each, asking.with(...base, each)] as const),
  );
  const found = [...answers].filter(([, other]) => other !== message && !isSyntax(other));
  const mending = found.filter(([, other]) => other === undefined);
  return [...mending, ...found.filter(([, other]) => other !== undefined)].map(([each]) => each);
}

/** Enough for any statement that people write; what has more is asked about no further. */
const mostPlaces = 40;

function namesWhatStands(asking: Asking, { to }: Span, base: readonly Replacement[]): boolean {
  return asking.with(...base, { from: to, to, text: strangeName })?.includes(strangeName) ?? false;
}
