import { short } from './format.ts';
import type { Curve } from './types.ts';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** One line of bars for a curve: the mean of each stretch, between its least and its greatest value. Empty without points. */
export function sparkline(points: Curve['points'], width: number): string {
  const values = resampled(points, width);
  if (values.length === 0) return '';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values
    .map(
      (value) => bars[high === low ? 3 : Math.min(7, Math.floor((8 * (value - low)) / (high - low)))] ?? '',
    )
    .join('');
}

/**
 * A curve as rows of Unicode's Braille dots, two columns and four rows of them in each character, with the greatest and the least value at the
 * side. Curves of fewer points than columns are drawn as far as they go.
 */
export function plotLines(points: Curve['points'], width: number, height: number): readonly string[] {
  const labelWidth = 8;
  const columns = Math.max(1, width - labelWidth - 1);
  const values = resampled(points, columns * 2);
  if (values.length === 0) return [];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const dots = height * 4;
  const rowOf = (value: number): number =>
    high === low ? Math.floor(dots / 2) : Math.round(((high - value) / (high - low)) * (dots - 1));
  const cells = Array.from({ length: height }, () => new Array<number>(columns).fill(0));
  let before: number | undefined;
  for (const [x, value] of values.entries()) {
    const row = rowOf(value);
    // A line, not points: the rows between two neighbours are filled.
    const from = before === undefined ? row : before < row ? before + 1 : before > row ? before - 1 : row;
    for (let y = Math.min(from, row); y <= Math.max(from, row); y++) {
      const cell = cells[Math.floor(y / 4)];
      const at = Math.floor(x / 2);
      if (cell !== undefined) cell[at] = (cell[at] ?? 0) | (dotBits[x % 2]?.[y % 4] ?? 0);
    }
    before = row;
  }
  return cells.map((cell, i) => {
    const label = i === 0 ? short(high) : i === height - 1 ? short(low) : '';
    return `${label.padStart(labelWidth)} ${cell.map((bits) => String.fromCharCode(0x2800 + bits)).join('')}`;
  });
}

/** Bits of the dots of a Braille character, by column and row (Unicode, block U+2800). */
const dotBits: readonly (readonly number[])[] = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

function resampled(points: Curve['points'], width: number): readonly number[] {
  if (points.length <= width) return points.map(([, value]) => value);
  return Array.from({ length: width }, (_, i) => {
    const stretch = points.slice(
      Math.floor((i * points.length) / width),
      Math.max(Math.floor((i * points.length) / width) + 1, Math.floor(((i + 1) * points.length) / width)),
    );
    return stretch.reduce((sum, [, value]) => sum + value, 0) / stretch.length;
  });
}
