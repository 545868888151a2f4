/** What a document is made of, one line a place: its path and the kind of its value. Places of a list are one place. */
export type Shape = ReadonlySet<string>;

/** `esearchresult.idlist[]: string`. Keys that are ids are one key, `{id}`. */
export function jsonShape(text: string): Shape {
  const lines = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      lines.add(`${path}: list`);
      for (const item of value) visit(item, `${path}[]`);
    } else if (typeof value === 'object' && value !== null) {
      lines.add(`${path}: object`);
      for (const [key, inner] of Object.entries(value))
        visit(inner, `${path}.${/^\d+$/.test(key) ? '{id}' : key}`);
    } else lines.add(`${path}: ${value === null ? 'null' : typeof value}`);
  };
  visit(JSON.parse(text), '');
  return lines;
}

/**
 * `eSearchResult/IdList/Id`, with the names of its attributes; of a DocSum's Item its Name and Type too, which say what it is. For the sound XML
 * of NCBI and of the service: without CDATA.
 * @throws when elements do not close as they opened
 */
export function xmlShape(text: string): Shape {
  const lines = new Set<string>();
  const path: string[] = [];
  const [doctype] = /<!DOCTYPE[^>]*>/.exec(text) ?? [];
  if (doctype !== undefined) lines.add(doctype.replace(/\s+/g, ' '));
  for (const [, end, name = '', written = '', empty] of text.replace(/<!--[^]*?-->/g, '').matchAll(TAG)) {
    if (end === '/') {
      const open = path.pop();
      if (open?.split('(')[0] !== name) throw new Error(`</${name}> closes ${open ?? 'nothing'}.`);
      continue;
    }
    const attributes = new Map(
      [...written.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, value]),
    );
    const isItem = name === 'Item';
    path.push(isItem ? `Item(${attributes.get('Name')}: ${attributes.get('Type')})` : name);
    lines.add(path.join('/'));
    if (!isItem) for (const key of attributes.keys()) lines.add(`${path.join('/')}/@${key}`);
    if (empty === '/') path.pop();
  }
  if (path.length > 0) throw new Error(`${path.join('/')} is not closed.`);
  return lines;
}

const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"]*")*)\s*(\/?)>/g;
const ATTRIBUTE = /([\w:.-]+)="([^"]*)"/g;
