import type { Variant } from './prompt.ts';

/** Whether a completion has the form that was asked for. */
export interface Structure {
  readonly isValid: boolean;
  /** What is wrong with it, in one sentence; undefined when it is valid. */
  readonly problem?: string;
}

/**
 * The form that DeepRetrieval pays for (`reward_score/pubmed.py`): each tag exactly once, in order; text after `</answer>` is allowed.
 * `reasoning` wants `<think> </think> <answer> </answer>`, `direct` only the latter two. Where the prompt ends with an opened `<think>`
 * the completion is judged with it put before: `opened`.
 */
export function readStructure(
  written: string,
  variant: Variant,
  opened: '' | '<think>' | '<answer>' = '',
): Structure {
  const completion = opened + written;
  const tags =
    variant === 'reasoning' ? ['<think>', '</think>', '<answer>', '</answer>'] : ['<answer>', '</answer>'];
  let last = -1;
  for (const tag of tags) {
    const at = completion.indexOf(tag);
    if (at < 0) return { isValid: false, problem: `The completion has no ${tag}.` };
    if (completion.indexOf(tag, at + 1) >= 0)
      return { isValid: false, problem: `The completion has more than one ${tag}.` };
    if (at < last) return { isValid: false, problem: `The completion has its ${tag} in the wrong place.` };
    last = at;
  }
  return { isValid: true };
}
