import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { refactoringIds } from '@querent/core/features';
import { refactorings } from '../../server/src/protocol.ts';

it('every refactoring is a command with a title, and has its place in the guide', () => {
  const { contributes } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { contributes: { commands: { command: string; title: string }[] } };
  const guide = readFileSync(new URL('../../docs/guide/editing.md', import.meta.url), 'utf8');
  expect([...refactorings].sort()).toEqual([...refactoringIds].sort());
  for (const id of refactorings) {
    const command = contributes.commands.find((one) => one.command === `querent.${id}`);
    expect(command, id).toBeDefined();
    expect(guide, id).toContain(command?.title);
  }
});
