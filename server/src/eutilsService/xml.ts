/** Writing XML by hand: the answers are small and their shapes fixed. */

/** A text within an element: marked characters are escaped, and those that XML does not allow become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign).replace(FORBIDDEN, '\ufffd');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Extensible Markup Language (XML) 1.0, production 2, "Char"; with the halves of surrogate pairs that stand alone. */
const FORBIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** `<name a="1">content</name>`; `content` is XML already. An element without content is written `<name></name>`, as NCBI does. */
export function element(
  name: string,
  content: string | readonly string[],
  attributes: Readonly<Record<string, string>> = {},
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escapeXml(value).replaceAll('"', '&quot;')}"`)
    .join('');
  return `<${name}${written}>${typeof content === 'string' ? content : content.join('')}</${name}>`;
}

/** An element with a text; an empty list when there is none to write. */
export function textElement(
  name: string,
  text: string | undefined,
  attributes: Readonly<Record<string, string>> = {},
): readonly string[] {
  return text === undefined || text === '' ? [] : [element(name, escapeXml(text), attributes)];
}

/** An element around others; nothing when there are none. */
export function listElement(
  name: string,
  items: readonly string[],
  attributes: Readonly<Record<string, string>> = {},
): readonly string[] {
  return items.length === 0 ? [] : [element(name, items, attributes)];
}
