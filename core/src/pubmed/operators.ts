import type { Operator } from './tree.ts';

/** The operator that a token's text stands for. */
export function operatorOf(text: string): Operator {
  return operatorAt(text, 0);
}

/** The operator that begins at `at`: its first unit tells. */
export function operatorAt(text: string, at: number): Operator {
  switch (text.charCodeAt(at)) {
    case 79: // O
    case 111: // o
    case 124: // |
      return 'OR';
    case 78: // N
    case 110: // n
      return 'NOT';
    default:
      return 'AND';
  }
}

/** Of two operators side by side the first counts, but NOT means AND NOT. */
export function keepsSecond(first: Operator, second: Operator): boolean {
  return second === 'NOT' && first !== 'NOT';
}
