// Bundles every program into dist/. Runs under Node 20 too, because npm calls it (`prepare`) with whatever Node is there.
//
//   node scripts/build.mjs [--minify] [--out DIR]
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * What is built: the source, the bundle, and its module format. CommonJS where VS Code or a worker loads it; the model host is
 * ESM because node-llama-cpp (never bundled) has top-level await.
 */
const ENTRIES = [
  { source: 'client/src/extension.ts', bundle: 'extension.cjs', format: 'cjs', shipped: true },
  // The pages of the panels run in a browser.
  {
    source: 'client/src/proposals/webview/main.ts',
    bundle: 'proposals.js',
    format: 'iife',
    shipped: true,
  },
  {
    source: 'client/src/training/webview/main.ts',
    bundle: 'training.js',
    format: 'iife',
    shipped: true,
  },
  {
    source: 'client/src/sql/webview/main.ts',
    bundle: 'sqlResults.js',
    format: 'iife',
    shipped: true,
  },
  { source: 'server/src/lsp/main.ts', bundle: 'server.cjs', format: 'cjs', shipped: true },
  { source: 'server/src/library/worker.ts', bundle: 'libraryWorker.cjs', format: 'cjs', shipped: true },
  { source: 'server/src/databases/worker.ts', bundle: 'databaseWorker.cjs', format: 'cjs', shipped: true },
  {
    source: 'server/src/databases/nativeMain.ts',
    bundle: 'databaseProcess.cjs',
    format: 'cjs',
    shipped: true,
  },
  { source: 'server/src/eutilsService/thread.ts', bundle: 'eutilsThread.cjs', format: 'cjs', shipped: true },
  { source: 'server/src/models/hostMain.ts', bundle: 'modelHost.mjs', format: 'esm', shipped: true },
  // The extension starts `querent mcp` of it for other assistants.
  { source: 'server/src/cli/main.ts', bundle: 'cli.cjs', format: 'cjs', shipped: true },
  { source: 'trainer/src/cli/main.ts', bundle: 'trainer.cjs', format: 'cjs', shipped: false },
  {
    source: 'trainer/src/rewardService/worker.ts',
    bundle: 'rewardWorker.cjs',
    format: 'cjs',
    shipped: false,
  },
];

/** SQLite, and PostgreSQL's parser: compiled code that is looked for beside the bundles. */
const WASM = ['sql.js/dist/sql-wasm.wasm', 'libpg-query/wasm/libpg-query.wasm'];

/** In a CommonJS bundle `import.meta.url` is the address of the bundle, so that files are found beside it. */
const CJS_META = {
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': '__bundleUrl' },
};

/**
 * @param {{minify?: boolean, out?: string, shippedOnly?: boolean, log?: (line: string) => void}} options
 * @returns {Promise<{bundles: string[], skipped: string[], inputs: string[]}>} `inputs`: every source file that went in,
 *   relative to the project root
 */
export async function build({
  minify = false,
  out = join(root, 'dist'),
  shippedOnly = false,
  log = () => {},
} = {}) {
  const esbuild = await import('esbuild');
  const result = { bundles: [], skipped: [], inputs: new Set() };
  mkdirSync(out, { recursive: true });
  for (const { bundle: stale } of ENTRIES) {
    rmSync(join(out, stale), { force: true });
    rmSync(join(out, `${stale}.map`), { force: true });
  }
  const wanted = ENTRIES.filter((entry) => entry.shipped || !shippedOnly);
  const jobs = wanted.map(async (entry) => {
    if (!existsSync(join(root, entry.source))) {
      result.skipped.push(entry.source);
      return;
    }
    const built = await esbuild.build({
      absWorkingDir: root,
      entryPoints: [entry.source],
      outfile: join(out, entry.bundle),
      bundle: true,
      ...(entry.format === 'iife'
        ? { platform: 'browser', target: 'chrome120' }
        : { platform: 'node', target: 'node20' }),
      format: entry.format,
      // `module` first: the UMD builds of some packages hide their requires from the bundler.
      mainFields: ['module', 'main'],
      external: ['vscode', 'node-llama-cpp'],
      sourcemap: minify ? false : 'linked',
      minify,
      keepNames: minify,
      metafile: true,
      legalComments: 'none',
      logLevel: 'error',
      ...(entry.format === 'cjs' ? CJS_META : {}),
    });
    Object.keys(built.metafile.inputs).forEach((input) => result.inputs.add(input));
    result.bundles.push(entry.bundle);
    const bytes =
      Object.entries(built.metafile.outputs).find(([file]) => !file.endsWith('.map'))?.[1].bytes ?? 0;
    log(
      `${entry.bundle.padEnd(18)} ${(bytes / 1024).toFixed(0).padStart(6)} KiB${minify ? '' : ' with its map beside it'}`,
    );
  });
  await Promise.all(jobs);
  for (const file of WASM) copyFileSync(join(root, 'node_modules', file), join(out, basename(file)));
  result.skipped.sort().forEach((source) => log(`skipped: ${source} does not exist yet`));
  return { bundles: result.bundles.sort(), skipped: result.skipped, inputs: [...result.inputs].sort() };
}

/** Compiled code that lies beside the bundles. */
export const shippedModules = WASM.map((file) => basename(file));

/** Name of the bundles that the extension ships. */
export const shippedBundles = ENTRIES.filter((entry) => entry.shipped).map((entry) => entry.bundle);

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const outIndex = args.indexOf('--out');
  if (!existsSync(join(root, 'node_modules/esbuild'))) {
    // `npm ci --omit=dev` calls this script as well, and has nothing to build with.
    console.log('Not built: esbuild is not installed (development dependencies were left out).');
  } else {
    const started = performance.now();
    await build({
      minify: args.includes('--minify'),
      out: outIndex >= 0 ? resolve(args[outIndex + 1]) : undefined,
      log: (line) => console.log(line),
    }).then(
      () => console.log(`Built in ${((performance.now() - started) / 1000).toFixed(2)} s.`),
      (error) => {
        console.error(error.message);
        process.exitCode = 1;
      },
    );
  }
}
