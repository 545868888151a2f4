import { fix } from '../text/index.ts';
import type { Problem } from '../text/index.ts';
import { findArea, isOrdered, similarAreas } from './areas.ts';
import type { Area } from './areas.ts';
import { checkTerm } from './checkTerm.ts';
import { checkDistance, checkRange } from './checkRange.ts';
import { isEnumeration } from './enumerations.ts';
import { Findings } from './findings.ts';
import { partsOf } from './nodes.ts';
import { findOperator } from './operators.ts';
import { printExpression } from './print.ts';
import type { CombinationNode, ContextNode, ExpressionNode, ParsedExpression } from './tree.ts';

/** What the operators around a node say. */
interface Surroundings {
  readonly area: Area | undefined;
  /** An area is named, known or not. */
  readonly inArea: boolean;
  readonly expansion: string | undefined;
}

/**
 * Judges an expression: areas, values, ranges, operators that do not go together. Syntax problems are in `expression.problems` and
 * are not repeated. In the order of the text.
 */
export function checkExpression(expression: ParsedExpression): readonly Problem[] {
  const findings = new Findings();
  const work: { node: ExpressionNode; around: Surroundings }[] = [];
  if (expression.root !== undefined)
    work.push({ node: expression.root, around: { area: undefined, inArea: false, expansion: undefined } });
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { node, around } = item;
    const inside = node.kind === 'context' ? checkContext(node, around, findings) : around;
    if (node.kind === 'term') checkTerm(node, around.area, findings);
    else if (node.kind === 'or') checkMixture(node, findings);
    else if (node.kind === 'source') {
      if (node.operator === 'RANGE') checkRange(node, around.area, around.inArea, findings);
      else if (node.operator === 'DISTANCE') checkDistance(node, around.area, findings);
      else if (node.operator === 'MISSING' && !around.inArea)
        findings.add(
          'trials-parameter',
          node.range,
          'MISSING stands behind an area: AREA[ResultsFirstPostDate]MISSING.',
        );
    }
    for (const part of partsOf(node)) work.push({ node: part, around: inside });
  }
  return findings.sorted();
}

function checkContext(node: ContextNode, around: Surroundings, findings: Findings): Surroundings {
  switch (node.operator) {
    case 'AREA':
      return { ...around, area: checkArea(node, findings), inArea: true };
    case 'TILT': {
      const area = checkArea(node, findings);
      if (area !== undefined && !isOrdered(area))
        findings.add(
          'trials-range',
          node.operatorRange,
          `TILT needs a field with ordered values, such as StudyFirstPostDate; ${area.name} has none.`,
        );
      return around;
    }
    case 'EXPANSION':
      checkValue(node, findings);
      return { ...around, expansion: node.parameter };
    case 'COVERAGE':
      checkValue(node, findings);
      checkCoverage(node, around, findings);
      return around;
    case 'SEARCH':
      checkValue(node, findings);
      return around;
  }
}

function checkArea(node: ContextNode, findings: Findings): Area | undefined {
  const { parameter, parameterRange } = node;
  if (parameter === '') return undefined;
  const area = findArea(parameter);
  const { start, end } = parameterRange;
  if (area === undefined) {
    const similar = findings.isFull ? [] : similarAreas(parameter);
    const question =
      similar.length === 0
        ? 'It is none of the areas and fields that Querent knows; check its name in the documentation.'
        : `Did you mean ${similar.map(({ name }) => name).join(', ')}?`;
    const fixes = similar.map(({ name }, index) => fix(`Change to ${name}`, index === 0, [start, end, name]));
    findings.add(
      'trials-unknown-area',
      parameterRange,
      `ClinicalTrials.gov has no area "${parameter}". ${question}`,
      fixes,
    );
    return undefined;
  }
  const written = parameter.replace(/:size$/i, '').trim();
  if (written !== area.name)
    findings.add('trials-operator-case', parameterRange, `The area is written ${area.name}.`, [
      fix(`Write ${area.name}`, true, [start, end, `${area.name}${parameter.slice(written.length)}`]),
    ]);
  // `AREA[Condition:size]` speaks of the number of values.
  return /:size$/i.test(parameter) ? { ...area, type: 'number' } : area;
}

function checkValue(node: ContextNode, findings: Findings): void {
  const values = findOperator(node.operator)?.values ?? [];
  if (node.parameter === '' || values.some(({ name }) => name === node.parameter)) return;
  const { start, end } = node.parameterRange;
  const known = values.find(({ name }) => name.toLowerCase() === node.parameter.toLowerCase());
  if (known !== undefined) {
    findings.add('trials-operator-case', node.parameterRange, `The value is written ${known.name}.`, [
      fix(`Write ${known.name}`, true, [start, end, known.name]),
    ]);
    return;
  }
  const names = values.map(({ name }) => name);
  findings.add(
    'trials-parameter',
    node.parameterRange,
    `${node.operator} takes ${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}, not "${node.parameter}".`,
    names.map((name) => fix(`Change to ${name}`, false, [start, end, name])),
  );
}

const NARROW = new Set(['FullMatch', 'StartsWith', 'EndsWith']);
const CAN_BE_NARROW = new Set(['Concept', 'Term', 'None']);

function checkCoverage(node: ContextNode, { expansion, area }: Surroundings, findings: Findings): void {
  if (!NARROW.has(node.parameter)) return;
  const inner =
    node.operand?.kind === 'context' && node.operand.operator === 'EXPANSION'
      ? node.operand.parameter
      : undefined;
  const holds = inner ?? expansion ?? 'Relaxation';
  // Values of closed lists are not expanded.
  if (CAN_BE_NARROW.has(holds) || (area !== undefined && isEnumeration(area.type))) return;
  const place = node.operatorRange.end;
  findings.add(
    'trials-coverage',
    node.operatorRange,
    `COVERAGE[${node.parameter}] works with EXPANSION[Concept], EXPANSION[Term] or EXPANSION[None] only, and here EXPANSION[${holds}] holds.`,
    inner === undefined ? [fix('Add EXPANSION[Term]', true, [place, place, 'EXPANSION[Term]'])] : [],
  );
}

/** Longer expressions are not written out, in characters: nobody reads them, and every level of nested ones would be. */
const LONGEST_READING = 2000;

function checkMixture(node: CombinationNode, findings: Findings): void {
  const tighter = node.operands.filter((part) => part.kind === 'and');
  if (tighter.length === 0 || findings.isFull) return;
  const edits = tighter.flatMap(({ range }): [number, number, string][] => [
    [range.start, range.start, '('],
    [range.end, range.end, ')'],
  ]);
  findings.add(
    'trials-mixed-operators',
    node.range,
    `AND binds tighter than OR here${readingOf(node)}. PubMed would read it from left to right. Write the parentheses.`,
    [fix('Write the parentheses', true, ...edits)],
  );
}

function readingOf(node: CombinationNode): string {
  if (node.range.end - node.range.start > LONGEST_READING) return '';
  const reading = printExpression(node, { explicit: true });
  return `, so this means: ${reading.length > 240 ? `${reading.slice(0, 239)}…` : reading}`;
}
