import type { ChainNode, OvidLink, OvidNode } from './tree.ts';

/**
 * Makes a tree of the operands of one level. Proximity first, then AND and NOT from left to right, then OR: an assumption, since
 * Ovid's order without parentheses could not be confirmed. Most people write parentheses. Where the order matters the result says so (`mixed`).
 */
export function joinLevel(operands: readonly OvidNode[], links: readonly OvidLink[]): OvidNode | undefined {
  if (operands.length < 2) return operands[0];
  const written = links.filter(({ operator, implied }) => !implied && operator !== 'adj');
  const usual = written.length > 0 && written.every(({ operator }) => operator === 'or') ? 'or' : 'and';
  const resolved = links.map((link, index) =>
    link.implied ? resolveImplied(link, operands[index], operands[index + 1], usual) : link,
  );
  const near = group(operands, resolved, ({ operator }) => operator === 'adj', false);
  near.operands.forEach((operand, index) => (near.operands[index] = fieldsOfAll(operand)));
  const booleans = near.links.filter(({ operator }) => operator !== 'adj');
  const mixed =
    booleans.some(({ operator }) => operator === 'or') && booleans.some(({ operator }) => operator !== 'or');
  if (!mixed) return single(near.operands, near.links, false);
  const and = group(near.operands, near.links, ({ operator }) => operator !== 'or', false);
  return single(and.operands, and.links, true);
}

/** `heart adj3 failure.tw.`: a field behind the last word holds for all words of the proximity. */
function fieldsOfAll(node: OvidNode): OvidNode {
  if (node.kind !== 'chain' || node.links.some(({ operator }) => operator !== 'adj')) return node;
  const last = node.operands.at(-1);
  if ((last?.kind !== 'text' && last?.kind !== 'group') || last.fields === undefined) return node;
  const others = node.operands.slice(0, -1);
  if (others.some((operand) => !isWords(operand))) return node;
  const inner: ChainNode = { ...node, operands: [...others, { ...last, fields: undefined }] };
  return { kind: 'group', range: node.range, inner, fields: last.fields };
}

/** Two operands side by side: Ovid reads words next to each other as a phrase; elsewhere an operator was forgotten. */
function resolveImplied(
  link: OvidLink,
  left: OvidNode | undefined,
  right: OvidNode | undefined,
  usual: 'and' | 'or',
): OvidLink {
  return { ...link, operator: isWords(left) && isWords(right) ? 'adj' : usual };
}

function isWords(node: OvidNode | undefined): boolean {
  if (node?.kind === 'text')
    return (
      node.fields === undefined &&
      !node.pieces.every(({ text, quoted }) => !quoted && /^[#s]?\d+$/i.test(text))
    );
  return node?.kind === 'group' && node.fields === undefined && isWords(node.inner)
    ? true
    : node?.kind === 'chain' && node.operands.every(isWords);
}

interface Run {
  readonly operands: OvidNode[];
  readonly links: OvidLink[];
}

/** Joins neighbours whose link fits into chains of their own. */
function group(
  operands: readonly OvidNode[],
  links: readonly OvidLink[],
  fits: (link: OvidLink) => boolean,
  mixed: boolean,
): Run {
  const result: Run = { operands: [], links: [] };
  let run: Run = { operands: operands.slice(0, 1), links: [] };
  const finish = (): void => {
    const node = single(run.operands, run.links, mixed);
    if (node !== undefined) result.operands.push(node);
  };
  links.forEach((link, index) => {
    const next = operands[index + 1];
    if (next === undefined) return;
    if (fits(link)) {
      run.operands.push(next);
      run.links.push(link);
    } else {
      finish();
      result.links.push(link);
      run = { operands: [next], links: [] };
    }
  });
  finish();
  return result;
}

function single(
  operands: readonly OvidNode[],
  links: readonly OvidLink[],
  mixed: boolean,
): OvidNode | undefined {
  const first = operands[0];
  const last = operands.at(-1);
  if (first === undefined || last === undefined || operands.length === 1) return first;
  const chain: ChainNode = {
    kind: 'chain',
    range: { start: first.range.start, end: last.range.end },
    operands,
    links,
    mixed,
  };
  return chain;
}
