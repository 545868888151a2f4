/** JSON of which nothing is known yet. Every look at it gives something of the wanted kind, or nothing. */
export type Json = Readonly<Record<string, unknown>>;

export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
export function objects(value: unknown): readonly Json[] {
  return array(value)
    .map((item) => object(item))
    .filter((item) => item !== undefined);
}
/** The texts in a list; numbers count as their digits. */
export function texts(value: unknown): readonly string[] {
  return array(value)
    .map((item) => text(item))
    .filter((item) => item !== '');
}
/** A text, or a number's digits; '' for anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
