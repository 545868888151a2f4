import type { StrategyDocument } from '../../strategy/index.ts';
import { describeHeading } from '../hoverHeading.ts';
import { describeMeasurement } from '../measurementMarkdown.ts';
import { code } from '../wording.ts';
import { describeHedge } from './hedges.ts';
import type { CompletionContext, CompletionSubject } from './item.ts';

/** What there is to say of an item at length, as Markdown; undefined when its subject is gone. */
export function describeSubject(
  document: StrategyDocument,
  subject: CompletionSubject,
  { thesaurus, measurements }: CompletionContext,
): string | undefined {
  switch (subject.kind) {
    case 'heading': {
      const descriptor = thesaurus?.byUi(subject.ui);
      return thesaurus && descriptor && describeHeading(descriptor, descriptor.name, thesaurus, false);
    }
    case 'line': {
      const line = document.line(subject.label);
      if (line === undefined) return undefined;
      const { start, end } = line.queryRange;
      const numbers = measurements === undefined ? [] : describeMeasurement(measurements.line(line.label));
      return [code(document.text.slice(start, end), 600), ...numbers].join('\n\n');
    }
    case 'hedge':
      return describeHedge(subject.id);
  }
}
