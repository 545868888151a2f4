import { expect, it } from 'vitest';
import { querent } from './runQuerent.ts';

const input = '#1 alpha[Title/Abstract] or beta[tiab] // why\n';

it.each([
  [[], '#1 alpha[Title/Abstract] OR beta[tiab] // why\n'],
  [['--short-tags'], '#1 alpha[tiab] OR beta[tiab] // why\n'],
  [['--line-width', '20'], '#1 alpha[Title/Abstract] OR\n   beta[tiab] // why\n'],
])('querent format %j', async (options, expected) => {
  const { code, stdout } = await querent(['format', ...options, '-'], { input });
  expect([code, stdout]).toEqual([0, expected]);
});

it('querent format names a width that is none', async () => {
  const { code, stderr } = await querent(['format', '--line-width', 'wide', '-'], { input });
  expect(code).toBe(2);
  expect(stderr).toContain('whole number');
});
