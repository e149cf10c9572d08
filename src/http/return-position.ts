import { z } from 'zod';
import { storable } from '../parsing/tolerant.ts';
import type { Position } from '../returns-store/lists.ts';
import { readCursor, writeCursor } from './cursor.ts';

const text = z.string().transform(storable);
const parts = z.tuple([z.iso.datetime(), text, text]);

/** Where a page of returns ends, as a cursor. */
export function writePosition({ at, merchant, loopReturnId }: Position): string {
  return writeCursor([at.toISOString(), merchant, loopReturnId]);
}

/** @throws HttpError 400 where the text is no such cursor */
export function readPosition(cursor: string): Position {
  const [at, merchant, loopReturnId] = readCursor(cursor, parts);
  return { at: new Date(at), merchant, loopReturnId };
}
