/** One report: what is printed for people and programs, and whether something in it needs a person. */
export interface Report {
  /** For programs; printed with `--json`. */
  readonly json: unknown;
  readonly lines: readonly string[];
  /** What is wrong, a sentence each; none when the report is as it should be. */
  readonly faults: readonly string[];
}

/** Why a report cannot be made here, with the way out. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}
