import type { OvidNode, TermPiece, TextNode } from './tree.ts';

/** `techniq*or block*`: a space is missing in front of the operator. */
const GLUED = /[$*:](and|or|not)$/i;
/** Proximity of Embase.com, Web of Science and others. */
const FOREIGN = /^(?:near\/?\d+|next\/?\d+|[nw]\/\d+|pre\/\d+)$/i;

/** `ti,ab(asthma)` of EBSCO, `'asthma'/exp` and `asthma:ti,ab` of Embase.com. */
const FOREIGN_FIELD = /^(?:ti|ab|tx|su)(?:,[a-z]{2})+$|'\/(?:exp|de|mj)$|:(?:ti|ab)(?:,[a-z]{2})*$/i;

/** A word that looks like a slip; it is read as Ovid reads it. */
interface Slip {
  readonly reason: string;
  readonly message: string;
  /** The operator in front of the word belongs to the slip. */
  readonly withOperator: boolean;
}

/** What may be wrong with a word. `adjacency` is the adj without a number in front of it, if another word follows. */
export function slipOf(text: string, adjacency: string | undefined): Slip | undefined {
  const glued = GLUED.exec(text)?.[1];
  if (glued !== undefined)
    return {
      reason: 'operator-glued',
      message: `"${text}" was read as one word, as Ovid does; is a space missing before ${glued}?`,
      withOperator: false,
    };
  if (adjacency !== undefined && /^\d{1,2}$/.test(text))
    return {
      reason: 'operator-spaced',
      message: `"${adjacency} ${text}" was read as ${adjacency} and the word ${text}; was ${adjacency}${text} meant?`,
      withOperator: true,
    };
  if (FOREIGN.test(text))
    return {
      reason: 'operator-foreign',
      message: `"${text}" is no operator of Ovid and was read as a word; was adj with a number meant?`,
      withOperator: false,
    };
  if (FOREIGN_FIELD.test(text))
    return {
      reason: 'field-foreign',
      message: `"${text}" is the syntax of another platform and was read as words; a field of Ovid stands behind, as in asthma.ti,ab.`,
      withOperator: false,
    };
  return undefined;
}

/** A number of a line, with the comma of a list behind it. */
export function isNumber({ text, quoted }: TermPiece): boolean {
  return !quoted && /^[#s]?\d{1,4}[,;]?$/i.test(text);
}

/** Words without fields and quotes, as the first half of a heading would be read. */
export function isBareText(node: OvidNode | undefined): node is TextNode {
  return (
    node?.kind === 'text' &&
    node.fields === undefined &&
    node.pieces.every(({ quoted }) => !quoted) &&
    !node.pieces.every(isNumber)
  );
}

/** `exp Wounds`, `*Wounds`: only headings begin like this. */
export function isMarked([first, ...more]: readonly TermPiece[]): boolean {
  const text = first?.text ?? '';
  return text.startsWith('*') ? /^\*+\p{L}/u.test(text) : /^(?:exp|explode)$/i.test(text) && more.length > 0;
}
