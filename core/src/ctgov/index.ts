export type * from './tree.ts';
export { scanExpression } from './scanner.ts';
export { parseExpression } from './parser.ts';
export { checkExpression } from './check.ts';
export { printExpression } from './print.ts';
export { areas, findArea } from './areas.ts';
export type { Area } from './areas.ts';
export { valuesOf } from './enumerations.ts';
export { expressionOperators, findOperator } from './operators.ts';
export type { ExpressionOperator } from './operators.ts';
export { expressionRules } from './rules.ts';
export { expressionNodes, partsOf } from './nodes.ts';
export {
  ExpressionTooLongError,
  expressionOf,
  resolveExpression,
  resolveExpressionText,
  resolvePart,
  writeExpression,
} from './resolve.ts';
export type {
  ExpressionLine,
  ExpressionLines,
  ResolvedExpression,
  UnresolvableExpression,
} from './resolve.ts';
