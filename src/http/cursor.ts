import { z } from 'zod';
import { invalidRequest } from './errors.ts';

/** Where a page ends, as a text that the caller hands back for the next one. */
export function writeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws HttpError 400 where the text is no cursor of this kind */
export function readCursor<Parts>(cursor: string, parts: z.ZodType<Parts>): Parts {
  const parsed = z
    .string()
    .transform((text, context) => {
      try {
        const json: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
        return json;
      } catch {
        context.addIssue({ code: 'custom', message: 'not a cursor' });
        return z.NEVER;
      }
    })
    .pipe(parts)
    .safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw notACursor();
}

export const notACursor = () => invalidRequest('cursor: this is not a nextCursor of this service.');
