import { SaxesParser } from 'saxes';

/** An element of a small XML document, as a tree. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** The text directly within, without that of parts. */
  readonly text: string;
}

interface OpenNode extends XmlNode {
  readonly children: XmlNode[];
  text: string;
}

/** Deeper trees are attacks. */
const MAX_DEPTH = 64;

/**
 * Reads a document whole; citations are read one by one by `corpus/import` instead. Nothing outside the text is read, and entities that it
 * defines itself are not expanded.
 * @returns undefined for what is not well-formed, such as a page of HTML or an answer that was cut off
 */
export function readXmlTree(text: string): XmlNode | undefined {
  const open: OpenNode[] = [];
  let root: XmlNode | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= MAX_DEPTH) throw new Error('too deep');
    open.push({ name, attributes, children: [], text: '' });
  });
  const addText = (more: string): void => {
    const top = open.at(-1);
    if (top !== undefined) top.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const node = open.pop();
    const parent = open.at(-1);
    if (node === undefined) return;
    if (parent === undefined) root = node;
    else parent.children.push(node);
  });
  try {
    parser.write(text).close();
  } catch {
    return undefined;
  }
  return root;
}

/** The elements at the end of a path of names below `node`. */
export function nodesAt(node: XmlNode | undefined, ...path: readonly string[]): readonly XmlNode[] {
  let at: readonly XmlNode[] = node === undefined ? [] : [node];
  for (const name of path) at = at.flatMap(({ children }) => children.filter((child) => child.name === name));
  return at;
}

/** Their texts, trimmed, without empty ones. */
export function textsAt(node: XmlNode | undefined, ...path: readonly string[]): readonly string[] {
  return nodesAt(node, ...path)
    .map(({ text }) => text.trim())
    .filter((text) => text !== '');
}

/** The first of them, or ''. */
export function textAt(node: XmlNode | undefined, ...path: readonly string[]): string {
  return textsAt(node, ...path)[0] ?? '';
}
