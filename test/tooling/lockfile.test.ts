import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faults, missingOptional, platformOf, type LockFile } from '../../scripts/complete-lockfile.mjs';

describe('the lock file', () => {
  it('is one that `npm ci` accepts on every platform', () => {
    const file = resolve(import.meta.dirname, '../../package-lock.json');
    expect(faults(JSON.parse(readFileSync(file, 'utf8')) as LockFile)).toEqual([]);
  });

  it.each([
    ['@oxc-parser/binding-linux-riscv64-musl', { os: ['linux'], cpu: ['riscv64'], libc: ['musl'] }],
    ['@oxc-parser/binding-linux-s390x-gnu', { os: ['linux'], cpu: ['s390x'], libc: ['glibc'] }],
    ['@oxc-parser/binding-win32-ia32-msvc', { os: ['win32'], cpu: ['ia32'] }],
    ['@node-llama-cpp/mac-arm64-metal', { os: ['darwin'], cpu: ['arm64'] }],
    ['@node-llama-cpp/win-x64-cuda-ext', { os: ['win32'], cpu: ['x64'] }],
  ])('%s tells its platform', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });

  it('a missing platform package, a host name and an optional package for no platform are faults', () => {
    const lock = {
      packages: {
        '': {},
        'node_modules/a': {
          version: '1.0.0',
          dev: true,
          optionalDependencies: { 'a-darwin-x64': '1.0.0', 'a-linux-x64': '1.0.0' },
        },
        'node_modules/a/node_modules/a-linux-x64': {
          version: '1.0.0',
          optional: true,
          integrity: 'sha512-x',
        },
        'node_modules/b': { version: '2.0.0', resolved: 'https://registry.example/b.tgz' },
        'node_modules/c': { version: '2.0.0', optional: true },
      },
    };
    expect(missingOptional(lock)).toEqual([
      {
        key: 'node_modules/a-darwin-x64',
        entry: { version: '1.0.0', os: ['darwin'], cpu: ['x64'], dev: true, optional: true },
      },
    ]);
    expect(faults(lock)).toHaveLength(3);
  });
});
