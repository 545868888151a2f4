const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Titles in summaries come with a little HTML in them, `<i>E. coli</i>` and `&lt;`. */
export function plainText(html: string): string {
  return html
    .replace(/<\/?(?:i|b|u|em|strong|sub|sup)>/gi, '')
    .replace(
      /&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]+));/gi,
      (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) {
          return ENTITIES[name.toLowerCase()] ?? whole;
        }
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
        return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    )
    .trim();
}
