/** Steps of a reward, best first: what is paid from a bound on, and what is paid below all bounds. */
export interface Ladder {
  readonly steps: readonly (readonly [bound: number, pay: number])[];
  readonly otherwise: number;
  /** What is paid when there is nothing to judge: no query, or one that cannot be asked. */
  readonly fault: number;
}

/** Form of an answer in the tasks that pay by a ladder. */
export const ladderForm = { good: 1, bad: -4 } as const;

/** By recall, at least (`reward_score/pubmed.py`, `ctgov.py`, `pmd_no_reason.py`). */
export const recallLadder: Ladder = {
  steps: [
    [0.7, 5],
    [0.5, 4],
    [0.4, 3],
    [0.3, 1],
    [0.1, 0.5],
    [0.05, 0.1],
  ],
  otherwise: -3.5,
  fault: -4,
};

const rankSteps: Ladder['steps'] = [
  [5, 5],
  [20, 4],
  [50, 2],
  [100, 1],
  [1000, 0.5],
  [3000, 0.1],
];

/** By the rank of the first passage with an answer, at most: `nq_serini.py` and `triviaqa.py`, and `squad.py`. */
export const rankLadders = {
  nq: { steps: rankSteps, otherwise: -3.5, fault: -4 },
  squad: { steps: rankSteps, otherwise: -2.5, fault: -3 },
} as const satisfies Readonly<Record<string, Ladder>>;

/** Form in the tasks that pay NDCG or execution, and what SQL earns beside it (`bird.py`, `spider.py`). */
export const shareForm = { good: 0.1, bad: -2 } as const;
export const sqlPay = { correct: 1, ran: 0.3, failedDirect: 0.1 } as const;
