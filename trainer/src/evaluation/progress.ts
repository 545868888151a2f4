import type { EvaluationProgress } from './evaluate.ts';

/** Without a terminal a line is written only so often. */
const everyMs = 10_000;

/** Shows how far a run is: on one line of a terminal that is written over, else a line every ten seconds. */
export function progressOn(stream: NodeJS.WriteStream): {
  show(progress: EvaluationProgress): void;
  end(): void;
} {
  let last = performance.now();
  let isShown = false;
  return {
    show({ rewriter, id, done, total }) {
      const line = `${done} of ${total}: ${rewriter}, ${id}`.replace(/\p{Cc}/gu, '\ufffd');
      if (stream.isTTY) {
        stream.write(`\r\u001b[K${line.slice(0, Math.max(20, stream.columns - 1))}`);
        isShown = true;
      } else if (performance.now() - last >= everyMs) {
        last = performance.now();
        stream.write(`${line}\n`);
      }
    },
    end() {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
