// Models as GGUF files that the editor runs, and the gate that they pass.
export { compareEvaluations } from './compareEvaluations.ts';
export type { EvaluationComparison, EvaluationMargin } from './compareEvaluations.ts';
export { exportModel, ParityError } from './exportModel.ts';
export type { ExportedFile, ExportOptions, ExportProgress, ExportResult } from './options.ts';
export type { ParityLimits, ParityReport } from './parity/report.ts';
