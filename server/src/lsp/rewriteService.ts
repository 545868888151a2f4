import type { RewriteResult } from '../protocol.ts';
import type { Settings, StatusParams } from '../protocol.ts';
import type { StrategyMeasuring } from '../measuring/index.ts';
import type { OpenDocument } from './documents.ts';
import type { Report } from './progress.ts';
import { UserFacingError } from './runSafe.ts';

/** What rewriting needs of the server. */
export interface RewriteParts {
  readonly measuring: StrategyMeasuring;
  settings(): Settings;
  /** Whether a model that the settings name may be run. */
  trusted(): boolean;
  onModelStatus(status: StatusParams['model']): void;
  log(message: string): void;
}

export class RewriteService {
  readonly #parts: RewriteParts;
  constructor(parts: RewriteParts) {
    this.#parts = parts;
  }
  async rewrite(
    _document: OpenDocument,
    _label: string | undefined,
    _options: { signal: AbortSignal; report: Report },
  ): Promise<RewriteResult> {
    void this.#parts;
    throw new UserFacingError('Not there yet.');
  }
  async settingsChanged(): Promise<void> {}
  async dispose(): Promise<void> {}
}
