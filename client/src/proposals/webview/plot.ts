import type { RewriteItem, RewriteResult, WireOrigin } from '@querent/server/protocol';
import { h, s } from '../../webview/dom.ts';
import { icon, mark } from './marks.ts';
import { recallAxis, recordsAxis } from './scale.ts';
import { measured, measuredNow, number, percent, records, seedsOf, spoken } from './wording.ts';

const HEIGHT = 195;
const HEIGHT_WITHOUT_RECALL = 120;
const MARGIN = { top: 14, right: 18, bottom: 38, left: 50 };
const MARK = 14;

interface Point {
  readonly item?: RewriteItem;
  readonly kind: WireOrigin | 'now';
  readonly rank: number;
  readonly count: number;
  readonly recall?: number;
  readonly interval?: readonly [number, number];
}

/**
 * Recall against records. Points can be reached with the keyboard (arrows go from left to right) and say what they are; the lines are
 * the budget and the least recall that are wanted. Without seeds nothing is known of recall, and only records are drawn.
 * @param width pixels that there are
 */
export function plot(
  result: RewriteResult,
  selected: string | undefined,
  width: number,
  select: (query: string) => void,
): HTMLElement {
  const points = pointsOf(result);
  const hasRecall = points.some(({ recall }) => recall !== undefined);
  const height = hasRecall ? HEIGHT : HEIGHT_WITHOUT_RECALL;
  const { budget, recallFloor } = result.preference;
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const x = recordsAxis([...points.map(({ count }) => count), budget], MARGIN.left, right);
  const recalls = points.map(({ recall }) => recall).filter((value) => value !== undefined);
  const floor = recallFloor !== undefined && recallFloor > 0 ? recallFloor : undefined;
  const y = recallAxis(floor === undefined ? recalls : [...recalls, floor], MARGIN.top, bottom);
  const place = (point: Point): readonly [number, number] => [
    x.at(point.count),
    point.recall === undefined ? (MARGIN.top + bottom) / 2 : y.at(point.recall),
  ];
  const drawn = points
    .filter(({ recall }) => !hasRecall || recall !== undefined)
    .sort((a, b) => order(b, selected) - order(a, selected));
  const byCount = [...drawn].sort((a, b) => a.count - b.count || a.rank - b.rank);

  const grid = [
    ...x.ticks.map((tick) => [
      s('line', { class: 'grid', x1: x.at(tick), x2: x.at(tick), y1: MARGIN.top, y2: bottom }),
      s('text', { class: 'tick', x: x.at(tick), y: bottom + 14, 'text-anchor': 'middle' }, number(tick)),
    ]),
    ...(hasRecall ? y.ticks : []).map((tick) => [
      s('line', { class: 'grid', x1: MARGIN.left, x2: right, y1: y.at(tick), y2: y.at(tick) }),
      s(
        'text',
        { class: 'tick', x: MARGIN.left - 6, y: y.at(tick) + 4, 'text-anchor': 'end' },
        percent(tick),
      ),
    ]),
  ];
  const isBudgetRight = x.at(budget) > width * 0.6;
  const limits = [
    s('line', { class: 'limit', x1: x.at(budget), x2: x.at(budget), y1: MARGIN.top, y2: bottom }),
    s(
      'text',
      {
        class: 'limit-name',
        x: x.at(budget) + (isBudgetRight ? -4 : 4),
        y: bottom - 5,
        'text-anchor': isBudgetRight ? 'end' : 'start',
      },
      `budget ${number(budget)}`,
    ),
    hasRecall &&
      floor !== undefined && [
        s('line', { class: 'limit', x1: MARGIN.left, x2: right, y1: y.at(floor), y2: y.at(floor) }),
        s(
          'text',
          { class: 'limit-name', x: MARGIN.left + 4, y: y.at(floor) - 4 },
          `recall wanted ${percent(floor)}`,
        ),
      ],
  ];
  const front = byCount.filter(({ item }) => item?.isOnFront === true);
  const line =
    hasRecall && front.length > 1 && s('polyline', { class: 'front', points: steps(front, place) });
  const chosen = drawn.find(({ item }) => item !== undefined && item.query === selected);
  const whisker = hasRecall && chosen?.interval && interval(chosen, chosen.interval, place, y.at);

  const marks = drawn.map((point) => {
    const [px, py] = place(point);
    const { item, kind, rank } = point;
    const isSelected = item !== undefined && item.query === selected;
    const words = item === undefined ? `The query as it is now, ${numbersOf(point)}` : spoken(item, rank);
    return s(
      'g',
      {
        class: `point${isSelected ? ' selected' : ''}${item?.isOnFront ? ' on-front' : ''}`,
        ...(item === undefined
          ? { role: 'img' }
          : {
              role: 'button',
              tabindex: isSelected ? 0 : -1,
              'aria-pressed': String(isSelected),
              'data-query': item.query,
              onclick: () => select(item.query),
            }),
        'aria-label': words,
      },
      s('title', {}, words),
      mark(kind, px, py, kind === 'now' ? MARK - 1 : MARK),
      item !== undefined &&
        s('text', { class: 'rank', x: px, y: py + 3.5, 'text-anchor': 'middle' }, String(rank)),
      item === undefined && s('text', { class: 'now-name', x: px + MARK / 2 + 3, y: py + 4 }, 'now'),
    );
  });
  const svg = s(
    'svg',
    {
      class: 'plot',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'group',
      'aria-label': hasRecall
        ? 'Recall on the seeds against records found. The table has the same numbers.'
        : 'Records found; recall is unknown without seeds. The table has the same numbers.',
      onkeydown: (event) => moveBetween(event as KeyboardEvent, byCount, selected, select),
    },
    grid,
    limits,
    line,
    whisker,
    s(
      'text',
      { class: 'axis', x: (MARGIN.left + right) / 2, y: height - 6, 'text-anchor': 'middle' },
      'Records found (log scale)',
    ),
    hasRecall &&
      s(
        'text',
        {
          class: 'axis',
          transform: `translate(12 ${(MARGIN.top + bottom) / 2}) rotate(-90)`,
          'text-anchor': 'middle',
        },
        'Recall on seeds',
      ),
    marks,
  );
  return h('figure', {}, svg, legend(points, hasRecall, front.length > 1));
}

function pointsOf(result: RewriteResult): Point[] {
  const points = result.proposals.map((item, i): Point => {
    const measurement = measured(item);
    return {
      item,
      kind: item.origin,
      rank: i + 1,
      count: measurement.count,
      ...recallOf(seedsOf(measurement)),
      ...(item.seedRecall === undefined ? {} : { interval: item.seedRecall.interval }),
    };
  });
  const now = measuredNow(result);
  return now === undefined
    ? points
    : [...points, { kind: 'now', rank: 0, count: now.count, ...recallOf(seedsOf(now)) }];
}

function recallOf(seeds: { found: number; total: number } | undefined): { recall?: number } {
  return seeds === undefined ? {} : { recall: seeds.found / seeds.total };
}

/** What is drawn later lies above: the best, then the query that is there, then the one that is looked at. */
function order({ item, rank }: Point, selected: string | undefined): number {
  if (item === undefined) return 0.5;
  return item.query === selected ? 0 : rank;
}

/** A staircase: between two points of the front nothing better than the left one is known. */
function steps(front: readonly Point[], place: (point: Point) => readonly [number, number]): string {
  return front
    .map((point, i) => {
      const [x, y] = place(point);
      const before = i > 0 ? front[i - 1] : undefined;
      return before === undefined ? `${x},${y}` : `${x},${place(before)[1]} ${x},${y}`;
    })
    .join(' ');
}

/** What the recall of the selected proposal may be in truth. */
function interval(
  point: Point,
  [low, high]: readonly [number, number],
  place: (point: Point) => readonly [number, number],
  at: (value: number) => number,
): SVGElement {
  const [x] = place(point);
  const bottom = Math.min(at(low), HEIGHT - MARGIN.bottom);
  const d = `M ${x} ${at(high)} V ${bottom} M ${x - 4} ${at(high)} H ${x + 4} M ${x - 4} ${bottom} H ${x + 4}`;
  return s('path', { class: 'whisker', d });
}

function numbersOf({ count, recall }: Point): string {
  return [recall === undefined ? undefined : `recall ${percent(recall)}`, records(count)]
    .filter((part) => part !== undefined)
    .join(', ');
}

function legend(points: readonly Point[], hasRecall: boolean, hasFront: boolean): HTMLElement {
  const names = { now: 'now', method: 'built-in method', model: 'model', combined: 'combination' } as const;
  const kinds = (['now', 'method', 'model', 'combined'] as const).filter((kind) =>
    points.some((point) => point.kind === kind),
  );
  return h(
    'figcaption',
    { class: 'legend' },
    !hasRecall && h('strong', {}, 'Without seeds, recall is unknown. '),
    kinds.map((kind) => h('span', { class: 'legend-entry' }, icon(kind), names[kind])),
    hasFront &&
      h(
        'span',
        { class: 'legend-entry' },
        h('span', { class: 'legend-line' }),
        'front: no other finds more with fewer',
      ),
  );
}

function moveBetween(
  event: KeyboardEvent,
  byCount: readonly Point[],
  selected: string | undefined,
  select: (query: string) => void,
): void {
  const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (step === undefined) return;
  const queries = byCount.flatMap(({ item }) => (item === undefined ? [] : [item.query]));
  const next = queries[queries.indexOf(selected ?? '') + step];
  if (next === undefined) return;
  event.preventDefault();
  select(next);
}
