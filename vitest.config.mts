import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{core,server,client,trainer}/src/**/*.test.ts',
      'test/{lsp,cli,corpus,learning,tooling,report,fuzz,verify,live,soak,bench}/**/*.test.ts',
    ],
    // vitest leaves one core to itself, which on two cores means one file at a time; much of what is tested waits for processes.
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes that tests start from the sources find what Node made of them before (scripts/lib/processes.mjs).
    env: {
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(import.meta.dirname, '.cache/compiled'),
    },
  },
});
