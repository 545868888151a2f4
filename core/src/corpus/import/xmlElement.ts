/** A part of one record of an XML file. Records are small, so each is held as a tree; files are not. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
  /** The line at which it begins, from 1. */
  readonly line: number;
}

/** The elements of that name directly within `parent`. */
export function childrenOf(parent: XmlElement | undefined, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  if (parent !== undefined)
    for (const child of parent.children)
      if (typeof child !== 'string' && child.name === name) found.push(child);
  return found;
}

/** The first element at the end of a path of names. */
export function childOf(parent: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = parent;
  for (const name of path) {
    if (at === undefined) return undefined;
    at = at.children.find((child): child is XmlElement => typeof child !== 'string' && child.name === name);
  }
  return at;
}

/** The text of an element with that of all its parts: markup such as `<i>` and `<sup>` leaves its text. */
export function textOf(element: XmlElement | undefined): string {
  if (element === undefined) return '';
  const { children } = element;
  if (children.length === 1 && typeof children[0] === 'string') return children[0];
  let text = '';
  for (const child of children) text += typeof child === 'string' ? child : textOf(child);
  return text;
}

/** The text at the end of a path; undefined when there is none. */
export function textAt(parent: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  return textOf(childOf(parent, ...path)).trim() || undefined;
}

/** The texts of all elements of a name within the first of a list's name: `KeywordList`, `Keyword`. */
export function textsAt(parent: XmlElement | undefined, ...path: readonly string[]): readonly string[] {
  let at = parent === undefined ? [] : [parent];
  for (const name of path) at = at.flatMap((element) => childrenOf(element, name));
  return at.map(textOf);
}
