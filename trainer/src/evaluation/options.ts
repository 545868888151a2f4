import type { Variant } from '@querent/core/prompting';
import type { ProposalForm } from '@querent/core/rewriting';

/** What the command is told. */
export interface EvaluateOptions {
  readonly task: string;
  readonly topics?: string;
  readonly questions?: string;
  readonly corpus?: string;
  readonly trials?: string;
  readonly headingsAsText?: true;
  readonly live?: true;
  readonly eutils?: string;
  readonly databases?: string;
  readonly embedding?: string;
  readonly queryPrefix?: string;
  readonly documentPrefix?: string;
  readonly rewriter?: readonly string[];
  readonly seeds: number;
  readonly budget: number;
  readonly form: ProposalForm;
  readonly only?: string;
  readonly subset?: string;
  readonly sample?: number;
  readonly limit?: number;
  readonly heldOnly?: true;
  readonly samples: number;
  readonly temperature?: number;
  readonly seed: number;
  readonly maxTokens: number;
  readonly variant: Variant;
  readonly retriever?: 'sparse' | 'dense';
  readonly concurrency: number;
  readonly out?: string;
  readonly compare?: readonly string[];
  readonly report?: readonly string[];
  readonly doubtful?: readonly string[];
  readonly taskFolder?: readonly string[];
  readonly json?: true;
}
