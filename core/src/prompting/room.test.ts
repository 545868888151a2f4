import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PromptRoom } from './room.ts';

it('never gives more characters than it has, and the first texts first', () => {
  const text = fc.record({
    label: fc.constantFrom('Question', 'P', 'Current query'),
    text: fc.string({ unit: 'grapheme', maxLength: 300 }),
    longest: fc.integer({ min: 1, max: 200 }),
    least: fc.integer({ min: 0, max: 50 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 600 }), fc.array(text, { maxLength: 8 }), (characters, texts) => {
      const room = new PromptRoom(characters);
      const lines = texts.map(({ label, text: value, longest, least }) =>
        room.part(label, value, { longest, least }),
      );
      const used = lines.filter((line) => line !== '').reduce((sum, line) => sum + line.length + 1, 0);
      expect(used).toBeLessThanOrEqual(characters);
      expect(room.left).toBe(characters - used);
      for (const line of lines) expect(line).not.toMatch(/[\n\r]/u);
    }),
  );
});

it('shortens a text at its end and leaves out what would say nothing', () => {
  const room = new PromptRoom(40);
  expect(room.part('Question', 'Exercise for preventing falls', { longest: 20 })).toBe(
    'Question: Exercise for…',
  );
  expect(room.part('Current query', 'exercise[tiab] AND falls[tiab]', { longest: 100, least: 10 })).toBe('');
  expect(room.line('It finds 12345 records.')).toBe('');
  expect(room.item('- ', 'short', { longest: 10, least: 40 })).toBe('- short');
});
