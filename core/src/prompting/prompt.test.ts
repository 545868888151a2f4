import { expect, it } from 'vitest';
import { promptPart } from './prompt.ts';

it('leaves comparisons as they are', () => {
  expect(promptPart('P', 'age <65 or >80, p<0.05')).toBe('P: age <65 or >80, p<0.05');
});
