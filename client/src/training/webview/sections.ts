import { h } from '../../webview/dom.ts';
import type { Evaluated, FromPage, RunView, Sample, Series } from '../messages.ts';
import { duration, figure, percent, phasesOf, phaseText, progressOf, stepText } from './wording.ts';

type Send = (message: FromPage) => void;

/** What is trained, how far it is, and why it does not go on. */
export function head(run: RunView, send: Send): HTMLElement {
  const { plan, folder, phase, problem, unreadable } = run;
  const progress = progressOf(run);
  const facts = [
    plan.model,
    plan.algorithm?.toUpperCase(),
    plan.engine && `${plan.engine} engine`,
    progress &&
      `step ${figure(progress.done)}${progress.wanted === undefined ? '' : ` of ${figure(progress.wanted)}`}`,
    progress?.secondsLeft === undefined || phase !== 'running'
      ? undefined
      : `about ${duration(progress.secondsLeft)} of PPO left at the pace of the last 10 steps`,
  ].filter(Boolean);
  const left = Object.entries(unreadable);
  return h(
    'header',
    {},
    h(
      'div',
      { class: 'title-row' },
      h('h1', {}, plan.name ?? 'Training run', ' ', h('span', { class: `phase ${phase}` }, phaseText(run))),
      phase === 'done' &&
        h(
          'button',
          { type: 'button', class: 'secondary', onclick: () => send({ type: 'report' }) },
          'Open Report',
        ),
    ),
    h('p', {}, facts.join(' · ')),
    h(
      'p',
      { class: 'dim' },
      h(
        'button',
        {
          type: 'button',
          class: 'link',
          title: `Show the folder: ${folder}`,
          onclick: () => send({ type: 'reveal' }),
        },
        folder.split(/[\\/]/).filter(Boolean).slice(-2).join('/'),
      ),
    ),
    progress?.wanted !== undefined &&
      h('progress', {
        max: progress.wanted,
        value: progress.done,
        'aria-label': `Step ${progress.done} of ${progress.wanted}`,
        title: 'ppo/metrics.jsonl, last step; plan.json, ppo.steps',
      }),
    problem !== undefined &&
      h(
        'div',
        {
          class: `notice ${phase === 'failed' ? 'error' : phase === 'empty' ? 'info' : 'warning'}`,
          role: phase === 'failed' ? 'alert' : undefined,
        },
        problem,
      ),
    left.length > 0 &&
      h(
        'div',
        { class: 'notice warning' },
        `Lines that could not be read and are left out: ${left.map(([name, count]) => `${count} of ${name}`).join(', ')}.`,
      ),
  );
}

const marks = { pending: '○', running: '◐', done: '✓', failed: '✗', skipped: '–' } as const;

/** The steps of the run, in their order. */
export function steps({ steps: all }: RunView): HTMLElement | undefined {
  if (all.length === 0) return undefined;
  return h(
    'ol',
    { class: 'steps', 'aria-label': 'Steps of the run' },
    all.map((step) =>
      h(
        'li',
        { class: step.status, title: `${stepText(step)}\nFrom state.json` },
        h('span', { class: 'mark', 'aria-hidden': 'true' }, marks[step.status]),
        h('span', {}, step.title),
        step.seconds > 0 && h('span', { class: 'dim' }, duration(step.seconds)),
        h('span', { class: 'unseen' }, `, ${step.status}`),
      ),
    ),
  );
}

/** Where the time of a step goes; waiting for rewards is idle time of the model. */
export function phases(series: Series, file: string): HTMLElement | undefined {
  const parts = phasesOf(series);
  if (parts.length === 0) return undefined;
  return h(
    'section',
    { class: 'phases', 'aria-label': 'Time by phase' },
    h(
      'h2',
      { title: `Means of the last 20 steps, from ${file}: seconds.*` },
      'Time by phase ',
      h('span', { class: 'dim' }, 'a step, mean of the last 20'),
    ),
    h(
      'div',
      { class: 'stack', 'aria-hidden': 'true' },
      parts.map((part, i) =>
        h('span', {
          class: `part part-${i % 8}`,
          'data-share': Math.max(1, Math.round(part.share * 200)),
          title: `${part.name}: ${duration(part.seconds)}, ${percent(part.share)}`,
        }),
      ),
    ),
    h(
      'table',
      {},
      h(
        'tbody',
        {},
        parts.map((part, i) =>
          h(
            'tr',
            { title: `${file}, ${part.column}` },
            h('td', {}, h('span', { class: `swatch part-${i % 8}` }), part.name),
            h('td', { class: 'number' }, duration(part.seconds)),
            h('td', { class: 'number' }, percent(part.share)),
          ),
        ),
      ),
    ),
  );
}

/** Names of an evaluation's figures, in the order in which they are shown; others follow by their own name. */
const figures: readonly (readonly [key: string, title: string, isShare: boolean])[] = [
  ['recall', 'Recall', true],
  ['precision', 'Precision', true],
  ['f3', 'F3', true],
  ['nnr', 'NNR', false],
  ['medianRecords', 'Median records', false],
  ['validRate', 'Valid', true],
];

/** Systems against one another on the held-out topics, with intervals. */
export function evaluation(systems: readonly Evaluated[]): HTMLElement | undefined {
  if (systems.length === 0) return undefined;
  const has = (key: string): boolean => systems.some(({ metrics }) => metrics[key] !== undefined);
  const known = figures.filter(([key]) => has(key));
  return h(
    'section',
    { 'aria-label': 'Evaluation' },
    h(
      'h2',
      { title: 'From evaluation/summary.json' },
      'Evaluation ',
      h('span', { class: 'dim' }, 'on held-out topics, with 95 % intervals'),
    ),
    h(
      'div',
      { class: 'wide' },
      h(
        'table',
        { class: 'evaluation' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'System'),
            h('th', { scope: 'col', class: 'number' }, 'Topics'),
            known.map(([, name]) => h('th', { scope: 'col', class: 'number' }, name)),
          ),
        ),
        h(
          'tbody',
          {},
          systems.map(({ name, n, metrics, intervals }) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, name),
              h('td', { class: 'number' }, figure(n)),
              known.map(([key, , isShare]) => {
                const [value, interval] = [metrics[key], intervals[key]];
                const said = (one: number): string => (isShare ? (one * 100).toFixed(1) : figure(one));
                return h(
                  'td',
                  { class: 'number', title: `evaluation/summary.json, ${name}: metrics.${key}` },
                  value === undefined ? '–' : `${said(value)}${isShare ? ' %' : ''}`,
                  value !== undefined &&
                    interval &&
                    h('span', { class: 'dim second' }, `${said(interval[0])}–${said(interval[1])}`),
                );
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

/** What the model wrote last, with what it was paid. */
export function sampleRow(sample: Sample): HTMLElement {
  const parts = Object.entries(sample.components).map(([name, value]) => `${name} ${figure(value)}`);
  const { recall, records, count } = sample.measured;
  const measured = [
    recall === undefined ? undefined : `recall ${percent(recall)}`,
    (records ?? count) === undefined ? undefined : `${figure(records ?? count ?? 0)} records`,
  ].filter(Boolean);
  return h(
    'div',
    { class: 'sample' },
    h(
      'div',
      { class: 'sample-head' },
      h(
        'strong',
        { title: `Reward, from ppo/samples.jsonl${parts.length > 0 ? `: ${parts.join(', ')}` : ''}` },
        sample.reward === null ? '–' : figure(sample.reward),
      ),
      h('span', { class: 'dim' }, [`step ${sample.step}`, ...measured, ...parts].join(' · ')),
    ),
    h('div', { class: 'prompt', title: `Prompt ${sample.id}` }, shortPrompt(sample.prompt)),
    h('pre', { class: 'query small' }, sample.query ?? sample.completion),
    sample.query !== undefined &&
      sample.completion.trim() !== sample.query.trim() &&
      h(
        'details',
        {},
        h('summary', { 'data-fold': `sample ${sample.step} ${sample.id}` }, 'What it wrote'),
        h('pre', { class: 'query small' }, sample.completion),
      ),
    sample.problem !== undefined && h('div', { class: 'error' }, sample.problem),
  );
}

const shortPrompt = (text: string): string => (text.length > 240 ? `${text.slice(0, 239).trimEnd()}…` : text);
