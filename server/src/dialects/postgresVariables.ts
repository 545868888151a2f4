/** What `:` means nothing in, and what psql puts the value of a variable for: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-INTERPOLATION. */
const pattern =
  /(?<other>'(?:[^']|'')*'|(?<!:)"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<tag>\$[\p{L}\p{N}_]*\$)[\s\S]*?\k<tag>|::|:=)|:(?<quoted>['"])|:(?<name>[\p{L}_][\p{L}\p{N}_]*)/gu;

/**
 * A statement with psql's variables, and those that programs write in the same way (`:name`, `:'name'`, `:"name"`), as names and texts of the same length,
 * which can be read; the statement itself where it has none, nothing where it is a variable alone.
 */
export function withVariables(text: string): string {
  if (!text.includes(':')) return text;
  if (/^:[\p{L}_][\p{L}\p{N}_]*$/u.test(text)) return '';
  return text.replace(pattern, (whole: string, ...rest: readonly unknown[]) => {
    const { other, quoted, name } = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (other !== undefined) return whole;
    return quoted === undefined ? `_${name}` : ` ${quoted}`;
  });
}
