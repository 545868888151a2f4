import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import initSqlJs from 'sql.js';
import type { SqlJsStatic } from 'sql.js';

let loading: Promise<SqlJsStatic> | undefined;

/**
 * SQLite as WebAssembly, loaded once a process. The `.wasm` file lies beside the bundle; in development it is taken from
 * node_modules.
 * @throws Error when it is in neither place: the installation is incomplete.
 */
export function loadSqlJs(): Promise<SqlJsStatic> {
  return (loading ??= initSqlJs({ wasmBinary: readWasm() }));
}

function readWasm(): ArrayBuffer {
  const beside = fileURLToPath(new URL('./sql-wasm.wasm', import.meta.url));
  const path = existsSync(beside)
    ? beside
    : createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm');
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
