/** The page of the training view: draws what it is told, part by part where something changed, and keeps which run it shows. */
import { h } from '../../webview/dom.ts';
import { savedFormat, type FromPage, type RunView, type SavedPage, type ToPage } from '../messages.ts';
import { chart, type Chart, type ChartPlan } from './chart.ts';
import { mainCharts, moreCharts, sftCharts } from './charts.ts';
import { evaluation, head, phases, sampleRow, steps } from './sections.ts';
import { figure, latest, phaseText } from './wording.ts';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  setState(state: SavedPage): void;
};

const vscode = acquireVsCodeApi();
const send = (message: FromPage): void => vscode.postMessage(message);

let run: RunView | undefined;
/** Step at the cursor, in all charts; undefined where it is on none. */
let cursor: number | undefined;
const folds: Record<string, boolean> = {};
const drawn = new Map<string, Chart[]>();

interface Part {
  readonly element: HTMLElement;
  from: string;
}
const part = (): Part => ({ element: h('div'), from: '' });

/** The parts of the page, each with what it was drawn from last. */
const parts = {
  head: part(),
  steps: part(),
  main: part(),
  evaluation: part(),
  samples: part(),
  phases: part(),
  more: part(),
  sft: part(),
};
const status = h('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });

/** Draws a part anew where what it shows has changed; the focus stays where it was within it. */
function draw(place: keyof typeof parts, from: unknown, content: () => Node | undefined): void {
  const one = parts[place];
  const key = JSON.stringify(from) ?? '';
  if (one.from === key) return;
  one.from = key;
  const focusable = 'button, summary, [tabindex]';
  const before = [...one.element.querySelectorAll<HTMLElement | SVGElement>(focusable)];
  const focused = before.findIndex((candidate) => candidate === document.activeElement);
  const node = content();
  one.element.replaceChildren(...(node ? [node] : []));
  if (focused >= 0)
    one.element
      .querySelectorAll<HTMLElement | SVGElement>(focusable)
      [focused]?.focus({ preventScroll: true });
}

function fold(key: string, title: string, isOpenAtFirst: boolean, content: Node): HTMLElement {
  const element = h(
    'details',
    { open: folds[key] ?? isOpenAtFirst, ontoggle: () => void (folds[key] = element.open) },
    h('summary', { 'data-fold': key }, h('span', { class: 'fold-title' }, title)),
    content,
  );
  return element;
}

/** Charts side by side; the cursor of one is that of all in the same group. */
function grid(place: string, plans: readonly ChartPlan[], series: RunView['ppo']): HTMLElement | undefined {
  if (series === undefined) return undefined;
  const width = chartWidth();
  const charts = plans.flatMap(
    (plan) =>
      chart(plan, series, width, (step) => {
        cursor = step;
        for (const [name, group] of drawn)
          if ((name === 'sft') === (place === 'sft')) for (const one of group) one.point(step);
      }) ?? [],
  );
  drawn.set(place, charts);
  for (const one of charts) one.point(cursor);
  return charts.length === 0
    ? undefined
    : h(
        'div',
        { class: 'charts' },
        charts.map(({ element }) => element),
      );
}

function chartWidth(): number {
  const room = Math.max(260, document.documentElement.clientWidth - 40);
  const columns = Math.max(1, Math.min(4, Math.floor(room / 330)));
  return Math.floor((room - (columns - 1) * 16) / columns);
}

function render(): void {
  if (run === undefined) return;
  const now = run;
  const { sft, ppo } = now;
  const width = chartWidth();
  draw('head', [now.plan, now.folder, now.phase, now.problem, now.unreadable, ppo?.steps.at(-1)], () =>
    head(now, send),
  );
  draw('steps', now.steps, () => steps(now));
  draw('main', [ppo, now.plan, width], () => grid('main', mainCharts(now.plan), ppo));
  draw('evaluation', now.evaluation, () => evaluation(now.evaluation));
  draw('samples', now.samples, () =>
    now.samples.length === 0
      ? undefined
      : h(
          'section',
          { 'aria-label': 'Last samples' },
          h(
            'h2',
            { title: 'From ppo/samples.jsonl' },
            'Last samples ',
            h('span', { class: 'dim' }, 'newest first'),
          ),
          now.samples.slice(0, 4).map(sampleRow),
          now.samples.length > 4 &&
            fold(
              'samples',
              `${now.samples.length - 4} older samples`,
              false,
              h('div', {}, now.samples.slice(4).map(sampleRow)),
            ),
        ),
  );
  draw('sft', [sft, width, ppo === undefined], () => {
    const charts = grid('sft', sftCharts, sft);
    return charts && fold('sft', 'Supervised start (SFT)', ppo === undefined, charts);
  });
  draw('more', [ppo, width], () => {
    const charts = grid('more', moreCharts, ppo);
    return charts && fold('more', 'More curves', true, charts);
  });
  const timed = ppo ?? sft;
  draw(
    'phases',
    timed && [timed.steps.at(-1), timed.total],
    () => timed && phases(timed, ppo === undefined ? 'sft/metrics.jsonl' : 'ppo/metrics.jsonl'),
  );
  for (const bar of document.querySelectorAll<HTMLElement>('.stack .part'))
    bar.style.flexGrow = bar.dataset.share ?? '1';
  tell(now);
}

/** For those who hear the page: the phase, and reward and recall every tenth step. */
function tell(now: RunView): void {
  const reward = latest(now.ppo, 'reward.mean');
  const step = reward === undefined ? 0 : Math.floor(reward.step / 10) * 10;
  const said = [
    now.problem ?? phaseText(now),
    reward && step > 0 ? `step ${step} reached` : undefined,
    now.phase === 'done' && reward ? `reward ${figure(reward.value)}` : undefined,
  ]
    .filter(Boolean)
    .join(', ');
  if (status.textContent !== said) status.textContent = said;
}

document.body.append(
  h(
    'main',
    { class: 'training' },
    parts.head.element,
    parts.steps.element,
    parts.main.element,
    parts.evaluation.element,
    h('div', { class: 'columns' }, parts.samples.element, parts.phases.element),
    parts.more.element,
    parts.sft.element,
  ),
  status,
);
new ResizeObserver(render).observe(document.documentElement);
window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  run = data.run;
  vscode.setState({ format: savedFormat, uri: data.uri });
  render();
});
send({ type: 'ready' });
