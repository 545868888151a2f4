/** Text that cannot begin a query: an operator, or a parenthesis that closes one. */
export const OPERATOR_AHEAD = /^\s*(?:(?:and|or|not)(?![\p{L}\p{N}_-]|\/\d)|[&|)])/iu;

/** Text that waits for an operand. */
export const OPERATOR_BEHIND = /(?:(?:^|[^\p{L}\p{N}_-])(?:and|or|not)|[&|(])$/iu;
