import { describe, expect, test } from 'vitest';
import { slugs } from './merchants.ts';
import { vendorFaults, wayFaults } from './plan.ts';
import { scheduleOf } from './schedule.ts';
import { stories } from './stories.ts';

describe('the schedule of a run', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(scheduleOf({ returns: 200, seed: 7 })).toEqual(scheduleOf({ returns: 200, seed: 7 }));
    expect(scheduleOf({ returns: 200, seed: 8 })).not.toEqual(scheduleOf({ returns: 200, seed: 7 }));
  });

  test.each([30, 1000])('of %i returns has every kind of trouble', (returns) => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { troubles, onTheWay, ...schedule } = scheduleOf({ returns, seed });
      expect(schedule.returns).toHaveLength(returns);
      const kinds = troubles.map(({ kind }) => kind);
      expect(new Set(kinds)).toEqual(
        new Set(['kill', 'stop database', 'answer', 'silence', 'repeat', 'stray parcel', 'change policy']),
      );
      const killed = troubles.flatMap((trouble) => (trouble.kind === 'kill' ? trouble.replicas : []));
      expect(new Set(killed)).toEqual(new Set([0, 1]));
      const modes = troubles.flatMap((trouble) => (trouble.kind === 'stop database' ? trouble.mode : []));
      expect(new Set(modes)).toEqual(new Set(['fast', 'immediate']));
      const faults = troubles.flatMap((trouble) => (trouble.kind === 'answer' ? trouble.fault : []));
      expect(new Set(faults)).toEqual(new Set(vendorFaults));
      const silenced = troubles.flatMap((trouble) => (trouble.kind === 'silence' ? trouble.vendor : []));
      expect(new Set(silenced)).toEqual(new Set(['loop', 'masonhub']));
      expect(new Set([...onTheWay.values()].map(({ fault }) => fault))).toEqual(new Set(wayFaults));
    }
  });

  test('has every story also in a small run, where all merchants share them', () => {
    const returns = slugs.length * (2 + Math.ceil((stories.length - 2) / slugs.length));
    const told = scheduleOf({ returns, seed: 7 }).returns.map(({ story }) => story);
    expect(new Set(told)).toEqual(new Set(stories.map(([name]) => name)));
  });

  test('stretched is the same at a larger distance', () => {
    const { returns, troubles } = scheduleOf({ returns: 30, seed: 7 });
    const stretched = scheduleOf({ returns: 30, seed: 7, stretch: 3 });
    const later = <Timed extends { readonly at: number }>(one: Timed) => ({ ...one, at: one.at * 3 });
    expect(stretched.returns).toEqual(returns.map(later));
    expect(stretched.troubles).toEqual(troubles.map(later));
  });

  test('of a pair has the primary killed and stopped in order, more often than one server', () => {
    const modesOf = (database: 'one server' | 'pair') =>
      scheduleOf({ returns: 300, seed: 7, database }).troubles.flatMap((trouble) =>
        trouble.kind === 'stop database' ? trouble.mode : [],
      );
    expect(modesOf('pair')).toEqual(['immediate', 'fast', 'immediate']);
    expect(modesOf('one server')).toEqual(['immediate', 'fast']);
  });

  test('of 1000 returns has every story at every merchant', () => {
    const planned = scheduleOf({ returns: 1000, seed: 7 }).returns;
    for (const slug of slugs) {
      const told = planned.filter(({ merchant }) => merchant === slug).map(({ story }) => story);
      expect(new Set(told)).toEqual(new Set(stories.map(([name]) => name)));
    }
  });
});
