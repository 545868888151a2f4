export { trialsCompletion } from './completion.ts';
export { trialsFormatting } from './formatting.ts';
export { trialsHover } from './hover.ts';
export { trialsTokens } from './tokens.ts';
