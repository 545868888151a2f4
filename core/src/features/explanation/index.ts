export { explanationReport } from './explanationReport.ts';
export type { Explanation, Finding } from './explanation.ts';
