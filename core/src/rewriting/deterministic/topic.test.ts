import { describe, expect, it } from 'vitest';
import { topicOf, wordsOf } from './topic.ts';

const titleOf = (title: string): string => topicOf({ title, seeds: [] }).title;

describe('the topic of a request', () => {
  it.each([
    ['Drug class review: proton pump inhibitors', 'proton pump inhibitors'],
    [
      'Common therapies for Wilson disease: A systematic review and meta-analysis of controlled studies',
      'Common therapies for Wilson disease:',
    ],
    ['Does it work in knees? Meta-Analysis of Randomized Controlled Trials', 'Does it work in knees?'],
    // Systematic reviews are the topic of this one.
    [
      'The methodological rigour of systematic reviews in environmental health',
      'The methodological rigour of systematic reviews in environmental health',
    ],
    ['Systematic review', 'Systematic review'],
    ['', ''],
  ])('of %j is %j', (title, topic) => expect(titleOf(title)).toBe(topic));

  it('is the terms of the query when there is no title; what NOT excludes is no topic', () => {
    const query =
      '("Aspirin"[mh] OR aspirin*[tiab]) AND stroke[tiab] AND 2010:2015[dp] AND english[la] NOT child[tiab]';
    expect(topicOf({ query, seeds: [] }).title).toBe('Aspirin; aspirin; stroke');
  });

  it('takes from the PICO what describes the topic', () => {
    const { details } = topicOf({
      title: 'A title',
      pico: {
        population: 'adults',
        comparison: 'placebo',
        outcome: 'pain',
        other: { study_type: 'cohort studies', target_condition: 'gout' },
      },
      seeds: [],
    });
    expect(details).toBe('adults\npain\ngout');
  });

  it('is the PICO when there is nothing else, and empty when there is nothing', () => {
    expect(topicOf({ pico: { population: 'adults' }, seeds: [] })).toEqual({ title: 'adults', details: '' });
    expect(topicOf({ seeds: [] })).toEqual({ title: '', details: '' });
  });

  it('knows what non- negates', () => {
    const negated = (text: string): string[] =>
      wordsOf(text)
        .filter(({ isNegated }) => isNegated)
        .map(({ word }) => word);
    expect(negated('chronic non-cancer pain')).toEqual(['cancer']);
    expect(negated('Non‐steroidal drugs and non specific pain')).toEqual(['steroidal', 'specific']);
    expect(negated('cancer pain')).toEqual([]);
  });
});
