import type { StrategyDocument } from '../strategy/index.ts';
import type { Range } from '../text/index.ts';
import { lineNameAt, nameRange } from './lineNames.ts';

/** Where a name leads. */
export interface Definition {
  /** The reference that was asked about. */
  readonly origin: Range;
  /** The whole line. */
  readonly target: Range;
  /** Its number, or its query where it has none. */
  readonly targetSelection: Range;
}

/** The line that the reference or number at `offset` names; undefined elsewhere and for lines that do not exist. */
export function definition(document: StrategyDocument, offset: number): Definition | undefined {
  const name = lineNameAt(document, offset);
  const line = name && document.line(name.label);
  return name && line && { origin: name.range, target: line.range, targetSelection: nameRange(line) };
}
