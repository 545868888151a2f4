import { unquoted } from '../scanner.ts';
import type { Asking } from './asking.ts';

/**
 * The token at which the engine stops reading. Its grammar is LALR: the first tokens of a statement get the message exactly when the wrong
 * one is among them, so that the place is found by halving.
 * @returns undefined where the message is not of reading: the engine gives it for the whole only
 */
export function stoppedAt(asking: Asking, message: string): number | undefined {
  let good = 0;
  let bad = asking.tokens.length;
  if (asking.prefix(bad) !== message) return undefined;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (asking.prefix(middle) === message) bad = middle;
    else good = middle;
  }
  return bad - 1;
}

/** As `stoppedAt`, but the token of this name next before it: the engine speaks of some things when it reads what follows them. */
export function namedBefore(asking: Asking, message: string, name: string): number | undefined {
  const at = stoppedAt(asking, message);
  if (at === undefined) return undefined;
  for (let i = at; i >= Math.max(0, at - 12); i--) {
    const token = asking.tokens[i];
    if (token !== undefined && unquoted(token).toLowerCase() === name.toLowerCase()) return i;
  }
  return at;
}
