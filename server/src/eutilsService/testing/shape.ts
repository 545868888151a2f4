import { SaxesParser } from 'saxes';

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

/** `eSearchResult/IdList/Id`, with the names of its attributes; of a DocSum's Item its Name and Type too, which say what it is. */
export function xmlShape(text: string): Shape {
  const lines = new Set<string>();
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', (doctype) => lines.add(`<!DOCTYPE ${doctype.trim().replace(/\s+/g, ' ')}>`));
  parser.on('opentag', ({ name, attributes }) => {
    const isItem = name === 'Item';
    path.push(isItem ? `Item(${String(attributes['Name'])}: ${String(attributes['Type'])})` : name);
    lines.add(path.join('/'));
    if (!isItem) for (const key of Object.keys(attributes)) lines.add(`${path.join('/')}/@${key}`);
  });
  parser.on('closetag', () => path.pop());
  parser.write(text).close();
  return lines;
}
