/** `1,204`, rounded to a whole number. Always with English separators: the rest of the text is English as well. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
