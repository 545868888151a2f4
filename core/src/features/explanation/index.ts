export { explanationReport } from './explanationReport.ts';
export type { ExplainedBlock, Explanation, Finding } from './explanation.ts';
