import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Merchant } from '../../src/config/merchants.ts';
import { type Driver, drive } from './driver.ts';
import { anyDestination, anyFates, type Move, move } from './moves.ts';

/** Looks at the return, and throws where something is not as it should be. */
type Look = (driver: Driver) => void;

/** What happens to a return: of whom, and which moves. What becomes of the requests is dealt beside it. */
export interface Courses {
  readonly merchant: fc.Arbitrary<Merchant>;
  readonly moves: fc.Arbitrary<readonly Move[]>;
}

interface Property {
  readonly look: Look;
  readonly atTheEnd: Look;
  /** What it said of the first course that breaks it. */
  brokenBy: unknown;
}

/**
 * Plays each course once, for all the properties that hold throughout: playing takes longer than looking.
 * @param end takes the steps that wait, after the last move
 * @returns what makes a test of a property: `look` after each move, `atTheEnd` once, which may go on from there
 */
export function heldThroughout(
  { merchant, moves }: Courses,
  numRuns: number,
  end: (driver: Driver) => void,
): (name: string, look: Look, atTheEnd?: Look) => void {
  const courses = fc.record({ merchant, moves, dealt: anyFates, destination: anyDestination });
  const playAll = (look: Look, atTheEnd: Look) => {
    const play = fc.property(courses, (course) => {
      const driver = drive(course.merchant, course.dealt, course.destination);
      for (const next of course.moves) {
        move(driver, next);
        look(driver);
      }
      end(driver);
      look(driver);
      atTheEnd(driver);
    });
    fc.assert(play, { numRuns });
  };
  const properties: Property[] = [];
  const lookAtAll = (which: 'look' | 'atTheEnd') => (driver: Driver) => {
    for (const property of properties) {
      try {
        property[which](driver);
      } catch (error) {
        property.brokenBy ??= error;
      }
    }
  };
  beforeAll(() => playAll(lookAtAll('look'), lookAtAll('atTheEnd')));
  return (name, look, atTheEnd = () => undefined) => {
    const property: Property = { look, atTheEnd, brokenBy: null };
    properties.push(property);
    test(name, () => {
      // Played again for this one alone: then fc finds the shortest course that breaks it.
      if (property.brokenBy !== null) playAll(look, atTheEnd);
      expect(property.brokenBy).toBeNull();
    });
  };
}
