import { h, s } from '../../webview/dom.ts';
import type { Series } from '../messages.ts';
import { axis, smoothed } from './scale.ts';
import { figure, spokenCurve } from './wording.ts';

/** A curve of a chart. */
interface Curve {
  readonly column: string;
  readonly name: string;
  /** Class of its colour: `blue`, `green`, `orange`, `purple`, `red`. */
  readonly colour: 'blue' | 'green' | 'orange' | 'purple' | 'red';
  /** Column of a standard deviation, drawn as a band. */
  readonly band?: string;
  /** Points rather than a line: what is measured now and then. */
  readonly isSparse?: boolean;
}

export interface ChartPlan {
  readonly title: string;
  /** File that the numbers come from. */
  readonly file: string;
  /** What it means and what to look for, a sentence. */
  readonly about: string;
  readonly curves: readonly Curve[];
  /** Shares lie between 0 and 1. */
  readonly least?: number;
  readonly most?: number;
  /** A value that is aimed at or not to be passed. */
  readonly line?: { readonly value: number; readonly name: string };
}

const HEIGHT = 150;
const MARGIN = { top: 10, right: 10, bottom: 22, left: 44 };
/** Steps over which the bold line is a mean; shorter runs are drawn as they are. */
const WINDOW = 10;
const NOISY_FROM = 25;

/** A chart, and what moves its cursor. */
export interface Chart {
  readonly element: HTMLElement;
  /** Shows the numbers of a step, or the last one. */
  point(step: number | undefined): void;
}

/**
 * Curves over training steps. The cursor follows the mouse and the arrow keys, in all charts at once; readers of the screen hear first, last and highest
 * value, and the numbers at the cursor.
 */
export function chart(
  plan: ChartPlan,
  series: Series,
  width: number,
  moved: (step: number | undefined) => void,
): Chart | undefined {
  const curves = plan.curves.filter(({ column }) =>
    (series.columns[column] ?? []).some((value) => value !== null),
  );
  if (curves.length === 0) return undefined;
  const { steps } = series;
  const right = width - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const column = (name: string): readonly (number | null)[] => series.columns[name] ?? [];
  const spread = curves.flatMap(({ column: name, band }) =>
    column(name).flatMap((value, i) => {
      const off = band === undefined ? 0 : (column(band)[i] ?? 0);
      return value === null ? [] : [value - off, value + off];
    }),
  );
  const limits = {
    ...(plan.least === undefined ? {} : { least: plan.least }),
    ...(plan.most === undefined ? {} : { most: plan.most }),
  };
  const y = axis(plan.line ? [...spread, plan.line.value] : spread, bottom, MARGIN.top, limits);
  const x = axis(steps, MARGIN.left, right, {
    least: steps[0] ?? 0,
    most: steps.at(-1) ?? 1,
    ticks: Math.max(2, Math.floor(width / 90)),
  });
  const isNoisy = steps.length >= NOISY_FROM;
  const points = (values: readonly (number | null)[]): string =>
    values
      .flatMap((value, i) => (value === null ? [] : [`${round(x.at(steps[i] ?? 0))},${round(y.at(value))}`]))
      .join(' ');
  const cursor = s('line', { class: 'cursor', y1: MARGIN.top, y2: bottom });
  const readout = h('div', { class: 'readout', 'aria-live': 'off' });
  const svg = s(
    'svg',
    {
      class: 'chart',
      width,
      height: HEIGHT,
      viewBox: `0 0 ${width} ${HEIGHT}`,
      tabindex: 0,
      role: 'img',
      'aria-label': curves
        .map(({ name, column: key }) => spokenCurve(`${plan.title}, ${name}`, steps, column(key)))
        .join(' '),
      onkeydown: (event) => byKeys(event as KeyboardEvent),
      onmousemove: (event) => moved(nearest((event as MouseEvent).offsetX)),
      onmouseleave: () => moved(undefined),
      onblur: () => {
        readout.setAttribute('aria-live', 'off');
        moved(undefined);
      },
    },
    y.ticks.map((tick) => [
      s('line', { class: 'grid', x1: MARGIN.left, x2: right, y1: y.at(tick), y2: y.at(tick) }),
      s(
        'text',
        { class: 'tick', x: MARGIN.left - 5, y: y.at(tick) + 3.5, 'text-anchor': 'end' },
        figure(tick),
      ),
    ]),
    x.ticks
      .filter((tick) => Number.isInteger(tick))
      .map((tick) =>
        s('text', { class: 'tick', x: x.at(tick), y: bottom + 14, 'text-anchor': 'middle' }, figure(tick)),
      ),
    plan.line && [
      s('line', {
        class: 'limit',
        x1: MARGIN.left,
        x2: right,
        y1: y.at(plan.line.value),
        y2: y.at(plan.line.value),
      }),
      s('text', { class: 'tick', x: MARGIN.left + 4, y: y.at(plan.line.value) - 4 }, plan.line.name),
    ],
    curves.map(({ column: key, colour, band, isSparse }) => {
      const values = column(key);
      if (isSparse === true)
        return [
          s('polyline', { class: `curve sparse ${colour}`, points: points(values) }),
          values.flatMap((value, i) =>
            value === null
              ? []
              : [s('circle', { class: `dot ${colour}`, cx: x.at(steps[i] ?? 0), cy: y.at(value), r: 3 })],
          ),
        ];
      return [
        band !== undefined &&
          s('polygon', { class: `band ${colour}`, points: bandPoints(values, column(band)) }),
        s('polyline', { class: `curve ${colour} ${isNoisy ? 'raw' : ''}`, points: points(values) }),
        isNoisy && s('polyline', { class: `curve ${colour}`, points: points(smoothed(values, WINDOW)) }),
        values.length === 1 &&
          s('circle', { class: `dot ${colour}`, cx: x.at(steps[0] ?? 0), cy: y.at(values[0] ?? 0), r: 3 }),
      ];
    }),
    cursor,
  );
  let at: number | undefined;
  const sources = curves
    .map(({ column: key, band }) => (band === undefined ? key : `${key} ± ${band}`))
    .join(', ');
  const element = h(
    'figure',
    { class: 'chart-place' },
    h(
      'figcaption',
      {
        title: `${plan.about}\nFrom ${plan.file}: ${sources}.${isNoisy ? ` Bold lines are means of the last ${WINDOW} steps.` : ''}`,
      },
      h('strong', {}, plan.title),
      h('span', { class: 'unseen' }, `. ${plan.about} From ${plan.file}: ${sources}.`),
    ),
    svg,
    readout,
  );

  function bandPoints(values: readonly (number | null)[], off: readonly (number | null)[]): string {
    const known = values.flatMap((value, i) =>
      value === null ? [] : [{ x: x.at(steps[i] ?? 0), value, off: off[i] ?? 0 }],
    );
    const clamp = (value: number): number => Math.max(MARGIN.top, Math.min(bottom, y.at(value)));
    return [
      ...known.map((one) => `${round(one.x)},${round(clamp(one.value + one.off))}`),
      ...known.reverse().map((one) => `${round(one.x)},${round(clamp(one.value - one.off))}`),
    ].join(' ');
  }

  function nearest(px: number): number | undefined {
    let best: number | undefined;
    for (const step of steps)
      if (best === undefined || Math.abs(x.at(step) - px) < Math.abs(x.at(best) - px)) best = step;
    return best;
  }

  function byKeys(event: KeyboardEvent): void {
    const last = steps.length - 1;
    const now = at === undefined ? last : steps.indexOf(at);
    const to = {
      ArrowLeft: now - 1,
      ArrowRight: now + 1,
      PageUp: now - 10,
      PageDown: now + 10,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    readout.setAttribute('aria-live', 'polite');
    moved(steps[Math.max(0, Math.min(last, to))]);
  }

  function point(step: number | undefined): void {
    at = step;
    const i = step === undefined ? -1 : steps.indexOf(step);
    cursor.setAttribute('visibility', i < 0 ? 'hidden' : 'visible');
    if (i >= 0) {
      const px = String(round(x.at(steps[i] ?? 0)));
      cursor.setAttribute('x1', px);
      cursor.setAttribute('x2', px);
    }
    readout.replaceChildren(
      ...(i < 0 ? [] : [h('span', { class: 'dim' }, `step ${steps[i]}`)]),
      ...curves.map(({ column: key, name, colour, band }) => {
        const found = i < 0 ? lastOf(column(key)) : i;
        const value = found === undefined ? null : (column(key)[found] ?? null);
        const off = band === undefined || found === undefined ? null : (column(band)[found] ?? null);
        const where = found === undefined ? '' : `, step ${steps[found]}`;
        return h(
          'span',
          { class: 'reading', title: `${plan.file}, ${key}${where}` },
          h('span', { class: `swatch ${colour}` }),
          `${name} `,
          h('strong', {}, value === null ? '–' : figure(value)),
          off !== null && h('span', { class: 'dim' }, ` ± ${figure(off)}`),
        );
      }),
    );
  }
  // What is written below must not push the charts apart.
  element.style.width = `${width}px`;
  point(undefined);
  return { element, point };
}

function lastOf(values: readonly (number | null)[]): number | undefined {
  for (let i = values.length - 1; i >= 0; i -= 1) if (values[i] !== null) return i;
  return undefined;
}

const round = (value: number): number => Math.round(value * 10) / 10;
