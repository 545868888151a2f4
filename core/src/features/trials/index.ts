export { trialsCompletion } from './completion.ts';
export { trialsFormatting } from './formatting.ts';
export { trialsHover, trialsQueryAt } from './hover.ts';
export type { TrialsMeasurements } from './hover.ts';
export { trialsTokens } from './tokens.ts';
