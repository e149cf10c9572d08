import { z } from 'zod';
import { storable } from '../parsing/tolerant.ts';
import { type Position, type SortKey, sortKeys } from '../returns-store/return-filter.ts';
import { notACursor, readCursor, writeCursor } from './cursor.ts';

const text = z.string().transform(storable);
const parts = z.tuple([z.enum(sortKeys), z.iso.datetime(), text, text]);

/** Where a page of returns ends, as a cursor. */
export function writePosition({ by, at, merchant, loopReturnId }: Position): string {
  return writeCursor([by, at.toISOString(), merchant, loopReturnId]);
}

/**
 * @param by what the list is sorted by that goes on from there
 * @throws HttpError 400 where the text is no such cursor, or one of a list that is sorted by something else
 */
export function readPosition(cursor: string, by: SortKey): Position {
  const [sortedBy, at, merchant, loopReturnId] = readCursor(cursor, parts);
  if (sortedBy !== by) throw notACursor();
  return { by, at: new Date(at), merchant, loopReturnId };
}
