import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { Driver } from './driver.ts';

/** Looks at the return, and throws where something is not as it should be. */
export type Look = (driver: Driver) => void;

/** Plays a course: `look` after each of its moves, `atTheEnd` once nothing is left to do; that may go on from there. */
export type Play<Course> = (course: Course, look: Look, atTheEnd: Look) => void;

interface Property {
  readonly look: Look;
  readonly atTheEnd: Look;
  /** What it said of the first course that breaks it. */
  brokenBy: unknown;
}

/**
 * Plays each of the courses once, for all the properties that hold throughout: playing takes longer than looking.
 * @returns what makes a test of a property
 */
export function heldThroughout<Course>(
  courses: fc.Arbitrary<Course>,
  numRuns: number,
  play: Play<Course>,
): (name: string, look: Look, atTheEnd?: Look) => void {
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
  beforeAll(() => {
    const one = (course: Course) => play(course, lookAtAll('look'), lookAtAll('atTheEnd'));
    fc.assert(fc.property(courses, one), { numRuns });
  });
  return (name, look, atTheEnd = () => undefined) => {
    const property: Property = { look, atTheEnd, brokenBy: null };
    properties.push(property);
    test(name, () => {
      // Played again for this one alone: then fc finds the shortest course that breaks it.
      if (property.brokenBy !== null) {
        fc.assert(
          fc.property(courses, (course) => play(course, look, atTheEnd)),
          { numRuns },
        );
      }
      expect(property.brokenBy).toBeNull();
    });
  };
}
