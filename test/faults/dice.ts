import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that a seed decides: the same seed, asked the same questions, gives the same answers. */
export interface Dice {
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  chance(percent: number): boolean;
  pick<Value>(values: readonly Value[]): Value;
  /** Each value with its weight. */
  weighted<Value>(values: readonly (readonly [Value, number])[]): Value;
}

export function diceOf(seed: number): Dice {
  const generator = xoroshiro128plus(seed);
  const whole = (from: number, to: number) => uniformInt(generator, from, to);
  return {
    whole,
    chance: (percent) => whole(1, 100) <= percent,
    pick: (values) => {
      const value = values[whole(0, values.length - 1)];
      if (value === undefined) throw new Error('Nothing to pick from');
      return value;
    },
    weighted: (values) => {
      let left = whole(
        1,
        values.reduce((sum, [, weight]) => sum + weight, 0),
      );
      for (const [value, weight] of values) {
        left -= weight;
        if (left <= 0) return value;
      }
      throw new Error('Weights are whole numbers above 0');
    },
  };
}
