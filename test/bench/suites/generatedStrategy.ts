/**
 * A strategy of `count` numbered lines with what real ones have: blocks of OR-ed text words and headings, combinations of
 * earlier lines, a few faults. Always the same text.
 * @param count a multiple of 10
 */
export function strategyOfLines(count: number): string {
  const lines = [
    '---',
    `title: A strategy of ${count} lines`,
    'database: records.jsonl',
    'seeds: [90000001, 90000002]',
    '---',
  ];
  for (let n = 1; n <= count; n++)
    lines.push(n === count ? root(count) : n % 10 === 0 ? combination(n) : block(n));
  return lines.join('\n') + '\n';
}

function block(n: number): string {
  const words = Array.from({ length: 5 }, (_, i) => {
    const k = n * 7 + i;
    if (i === 1) return `"term${k % 40} usual care"[tiab]`;
    if (i === 3) return `"Heading ${k % 90}"[mh]`;
    return i === 4 ? `preven${k % 9}*[ti]` : `word${k % 50}[tiab]`;
  });
  // One fault in twenty: an unknown tag, which people do write.
  if (n % 20 === 7) words.push('falls[xyz]');
  return `#${n} ${words.join(' OR ')}`;
}

/** The strategy itself: every combination, and the lines that none of them uses. */
function root(count: number): string {
  const combinations = Array.from({ length: count / 10 - 1 }, (_, i) => `#${10 * (i + 1)}`);
  const rest = Array.from({ length: 9 }, (_, i) => `#${count - 9 + i}`);
  return `#${count} (${combinations.join(' OR ')}) OR (${rest.join(' OR ')})`;
}

function combination(n: number): string {
  const parts = Array.from({ length: 9 }, (_, i) => `#${n - 9 + i}`);
  return `#${n} (${parts.join(' OR ')}) AND 2010:2020[dp]`;
}
