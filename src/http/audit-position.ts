import { z } from 'zod';
import type { AuditPosition } from '../audit/audit.ts';
import { readCursor, writeCursor } from './cursor.ts';

const parts = z.tuple([z.iso.datetime(), z.string().regex(/^\d{1,15}$/)]);

/** Where a page of the audit list ends, as a cursor. */
export function writeAuditPosition({ at, id }: AuditPosition): string {
  return writeCursor([at.toISOString(), String(id)]);
}

/** @throws HttpError 400 where the text is no such cursor */
export function readAuditPosition(cursor: string): AuditPosition {
  const [at, id] = readCursor(cursor, parts);
  return { at: new Date(at), id: Number(id) };
}
