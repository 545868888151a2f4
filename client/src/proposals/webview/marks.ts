import type { WireOrigin } from '@querent/server/protocol';
import { s } from '../../webview/dom.ts';

/** One shape for each origin, the same in table and plot, so that colour is not needed to tell them apart. */
export function mark(kind: WireOrigin | 'now', x: number, y: number, size: number): SVGElement {
  const half = size / 2;
  const className = `mark mark-${kind}`;
  switch (kind) {
    case 'method':
      return s('circle', { class: className, cx: x, cy: y, r: half });
    case 'model':
      return s('rect', { class: className, x: x - half, y: y - half, width: size, height: size, rx: 1 });
    case 'combined':
      return s('path', {
        class: className,
        d: `M ${x} ${y - half} L ${x + half} ${y + half * 0.8} L ${x - half} ${y + half * 0.8} Z`,
      });
    case 'now':
      return s('path', {
        class: className,
        d: `M ${x} ${y - half} L ${x + half} ${y} L ${x} ${y + half} L ${x - half} ${y} Z`,
      });
  }
}

/** The shape by itself, for rows and the legend; what it means is said in words beside it. */
export function icon(kind: WireOrigin | 'now'): SVGElement {
  return s(
    'svg',
    { class: 'icon', width: 14, height: 14, viewBox: '0 0 14 14', 'aria-hidden': 'true' },
    mark(kind, 7, 7, 11),
  );
}
