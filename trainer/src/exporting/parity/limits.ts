import type { ParityLimits } from './report.ts';

/**
 * How far the log-probabilities of a file may be from those of transformers in 32 bits on the same weights. Measured on random llama and qwen2
 * models and on SmolLM2-135M (docs/exporting.md has the figures); the limits are about three times what was seen, since a wrong tensor, scale
 * or rotary embedding is off by whole nats.
 */
const limits: Readonly<Record<string, ParityLimits>> = {
  F32: { mean: 0.02, largest: 0.2 },
};

/** The limits of a quantisation; those of the coarsest for one that is not listed. */
export function limitsOf(quantisation: string): ParityLimits {
  return limits[quantisation] ?? { mean: 1, largest: 10 };
}
