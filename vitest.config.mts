import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{core,server,client,trainer}/src/**/*.test.ts',
      'test/{lsp,cli,corpus,learning,tooling,report,fuzz,verify}/**/*.test.ts',
    ],
    testTimeout: 30_000,
  },
});
