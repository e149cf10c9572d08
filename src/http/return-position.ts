import { z } from 'zod';
import { storable } from '../parsing/tolerant.ts';
import type { Position } from '../returns-store/queries.ts';
import { readCursor, writeCursor } from './cursor.ts';

const text = z.string().transform(storable);
const parts = z.tuple([z.iso.datetime(), text, text]);

/** Where a page of returns ends, as a cursor. */
export function writePosition({ createdAt, merchant, loopReturnId }: Position): string {
  return writeCursor([createdAt.toISOString(), merchant, loopReturnId]);
}

/** @throws HttpError 400 where the text is no such cursor */
export function readPosition(cursor: string): Position {
  const [createdAt, merchant, loopReturnId] = readCursor(cursor, parts);
  return { createdAt: new Date(createdAt), merchant, loopReturnId };
}
