import type { EvaluationDocument } from '../../evaluation/document.ts';
import type { Section } from '../../evaluation/report/report.ts';

/** Topics that are shown: those that gained most, and those that lost most. */
const most = 4;

/** Queries before and after training for the topics on which they differ most. Undefined where there are not two models to compare. */
export function changedAnswers(systems: readonly EvaluationDocument[]): Section | undefined {
  const order = ['zero-shot', 'sft', 'ppo'];
  const models = systems
    .filter(({ rewriter }) => order.includes(rewriter))
    .sort((a, b) => order.indexOf(a.rewriter) - order.indexOf(b.rewriter));
  const [before, after] = [models[0], models.at(-1)];
  if (before === undefined || after === undefined || before === after) return undefined;
  const recallOf = (document: EvaluationDocument, id: string): number =>
    document.perTopic.find((row) => row.id === id)?.recall ?? 0;
  const ranked = after.perTopic
    .map(({ id }) => ({ id, gain: recallOf(after, id) - recallOf(before, id) }))
    .sort((a, b) => b.gain - a.gain);
  const shown = [...new Set([...ranked.slice(0, most), ...ranked.slice(-most)])];
  return {
    title: 'Before and after',
    text: [
      `Queries for the held-out topics on which ${after.rewriter} gained most over ${before.rewriter}, and those on which it lost most. From evaluation/summary.json.`,
    ],
    table: {
      columns: ['topic', 'system', 'recall', 'records', 'query'],
      rows: shown.flatMap(({ id }) =>
        models.map(({ rewriter, perTopic }) => {
          const row = perTopic.find((each) => each.id === id);
          return [
            id,
            rewriter,
            row?.recall?.toFixed(2) ?? '–',
            row?.records?.toLocaleString('en-US') ?? '–',
            row?.query ?? row?.error ?? '',
          ];
        }),
      ),
    },
  };
}
