import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** vitest begins with large files; one that is small and takes minutes would be waited for at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => /\/test\/(?:learning|soak)\//.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: [
      '{core,server,client,trainer}/src/**/*.test.ts',
      'test/{lsp,cli,corpus,learning,tooling,report,fuzz,verify,live,soak,bench}/**/*.test.ts',
    ],
    // vitest leaves one core to itself, which on two cores means one file at a time. Much of what is tested waits for processes and clocks: three files
    // at a time keep two cores busy (816 s, where two at a time took 938 to 1,123 s).
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes that tests start from the sources find what Node made of them before (scripts/lib/processes.mjs).
    env: {
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(import.meta.dirname, '.cache/compiled'),
    },
  },
});
