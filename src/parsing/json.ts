import { z } from 'zod';

/** The bytes are not JSON in UTF-8. The message never quotes them, as they may be personal. */
export class NotJson extends Error {}

/**
 * Reads JSON from the bytes that a vendor sent.
 * @throws NotJson where they are not JSON in UTF-8, or nested too deeply
 */
export function parseJson(body: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const json: unknown = longNumber.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text);
    return json;
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new NotJson('JSON syntax error');
    throw new NotJson(cause instanceof RangeError ? 'nested too deeply' : 'not UTF-8');
  }
}

/** A tracking number of 22 digits, sent as a number, would lose its last digits. */
const longNumber = /[0-9]{16}/;

/** Takes a whole number that JavaScript cannot hold as the text that was written. */
function asWritten(_key: string, value: unknown, ...context: unknown[]): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = z.object({ source: z.string().regex(/^[0-9]+$/) }).safeParse(context[0]);
  return source.success ? source.data.source : value;
}
