import type { Variant } from '@querent/core/prompting';
import type { ProposalForm } from '@querent/core/rewriting';
import type { PlaceOptions } from '../cli/placeOptions.ts';

/** What the command is told. */
export interface EvaluateOptions extends PlaceOptions {
  readonly task: string;
  readonly topics?: string;
  readonly questions?: string;
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
  /** Id of the wording that models are asked with, or `auto`. */
  readonly template: string;
  readonly retriever?: 'sparse' | 'dense';
  readonly concurrency: number;
  readonly out?: string;
  readonly compare?: readonly string[];
  readonly report?: readonly string[];
  readonly doubtful?: readonly string[];
  readonly taskFolder?: readonly string[];
  readonly json?: true;
}
