// Models as GGUF files that the editor runs, and the gate that they pass.
export { compareEvaluations } from './compareEvaluations.ts';
export type { EvaluationComparison } from './compareEvaluations.ts';
export { exportModel } from './exportModel.ts';
export type { ExportOptions, ExportResult } from './options.ts';
export type { ParityReport } from './parity/report.ts';
