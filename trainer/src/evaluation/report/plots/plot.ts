import { escaped } from '../../../htmlPage.ts';
import type { Table } from '../tables.ts';

/** A plot as SVG, with what it shows in words and as a table. */
export interface Plot {
  readonly svg: string;
  readonly description: string;
  readonly table: Table;
}

/** The area that data is drawn in, in pixels. */
export const area = { left: 56, top: 16, width: 560, height: 280 } as const;
const total = { width: area.left + area.width + 24, height: area.top + area.height + 52 };

/** The least and the greatest of `values`, however many: as arguments of `Math.max` a hundred thousand are too many. Infinite for none. */
export function extent(values: readonly number[]): readonly [least: number, greatest: number] {
  let [least, greatest] = [Infinity, -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}

/** An axis: where a value stands from 0 to 1, and which values are named. */
export interface Axis {
  readonly label: string;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  place(value: number): number;
}

/** From `low` to `high`. Named are multiples of 1, 2 or 5 times a power of ten, about `wanted` of them. */
export function linearAxis(label: string, low: number, high: number, wanted = 5): Axis {
  const span = high - low || 1;
  const step = roundStep(span / wanted);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor((low + span) / step + 1e-9);
  return {
    label,
    ticks: Array.from({ length: last - first + 1 }, (_, i) => {
      const value = (first + i) * step;
      return { value, text: shortNumber(value) };
    }),
    place: (value) => (value - low) / span,
  };
}

/** The next of 1, 2, 5, 10 ... times a power of ten, up or down, that is not less than `step`. */
export function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5].find((digit) => digit * power >= step * (1 - 1e-9)) ?? 10);
}

/** Counts from 0 to at least `high`: no half of one is named. */
export function countAxis(label: string, high: number): Axis {
  const step = Math.max(1, roundStep(Math.max(1, high) / 5));
  return linearAxis(label, 0, step * Math.ceil(Math.max(1, high) / step));
}

/** From 0 to `high` with a logarithm: 0, 1, 10, 100 ... */
export function logAxis(label: string, high: number): Axis {
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, high) + 1)));
  const place = (value: number): number => Math.log10(Math.max(0, value) + 1) / decades;
  const powers = Array.from({ length: decades + 1 }, (_, i) => 10 ** i);
  return {
    label,
    ticks: [0, ...powers]
      .filter((value) => place(value) <= 1)
      .map((value) => ({ value, text: value.toLocaleString('en-US') })),
    place,
  };
}

/** The picture around `marks`: axes, grid and a legend of `series`. */
export function picture(
  title: string,
  description: string,
  axes: { readonly x: Axis; readonly y: Axis },
  series: readonly string[],
  marks: string,
): string {
  const x = axes.x.ticks.map(({ value, text }) => {
    const at = xOf(axes.x, value);
    return `<line class="grid" x1="${at}" y1="${area.top}" x2="${at}" y2="${area.top + area.height}"/><text x="${at}" y="${area.top + area.height + 16}" text-anchor="middle">${escaped(text)}</text>`;
  });
  const y = axes.y.ticks.map(({ value, text }) => {
    const at = yOf(axes.y, value);
    return `<line class="grid" x1="${area.left}" y1="${at}" x2="${area.left + area.width}" y2="${at}"/><text x="${area.left - 6}" y="${at + 4}" text-anchor="end">${escaped(text)}</text>`;
  });
  const height = total.height + 20 * series.length;
  const legend = series.map(
    (name, i) =>
      `${mark(i, area.left + 8, total.height + 20 * i + 4)}<text x="${area.left + 22}" y="${total.height + 20 * i + 8}">${escaped(name)}</text>`,
  );
  const middle = area.top + area.height / 2;
  return [
    `<svg role="img" viewBox="0 0 ${total.width} ${height}" width="${total.width}" height="${height}">`,
    `<title>${escaped(title)}</title><desc>${escaped(description)}</desc>`,
    ...x,
    ...y,
    `<text x="${area.left + area.width / 2}" y="${area.top + area.height + 38}" text-anchor="middle">${escaped(axes.x.label)}</text>`,
    `<text x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})">${escaped(axes.y.label)}</text>`,
    marks,
    ...legend,
    '</svg>',
  ].join('');
}

/** Pixels from the left of a value. */
export function xOf(axis: Axis, value: number): number {
  return round(area.left + axis.place(value) * area.width);
}

/** Pixels from the top of a value. */
export function yOf(axis: Axis, value: number): number {
  return round(area.top + (1 - axis.place(value)) * area.height);
}

/** A mark of series `index`: told apart by shape as well as by colour. @param hint shown when it is pointed at */
export function mark(index: number, x: number, y: number, hint = ''): string {
  const title = hint === '' ? '' : `<title>${escaped(hint)}</title>`;
  const shapes = [
    `<circle cx="${x}" cy="${y}" r="4">`,
    `<rect x="${x - 4}" y="${y - 4}" width="8" height="8">`,
    `<path d="M${x} ${y - 5}L${x + 5} ${y + 4}L${x - 5} ${y + 4}Z">`,
    `<path d="M${x} ${y - 5}L${x + 5} ${y}L${x} ${y + 5}L${x - 5} ${y}Z">`,
    `<path d="M${x - 5} ${y - 4}L${x + 5} ${y - 4}L${x} ${y + 5}Z">`,
    `<path d="M${x - 5} ${y - 2}h3v-3h4v3h3v4h-3v3h-4v-3h-3Z">`,
  ];
  const shape = shapes[index % shapes.length] ?? '';
  const name = /^<(\w+)/.exec(shape)?.[1] ?? 'circle';
  return `${shape.replace(`<${name}`, `<${name} class="series${index % shapes.length}"`)}${title}</${name}>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
