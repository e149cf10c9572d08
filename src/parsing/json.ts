import { z } from 'zod';

/** The bytes are not JSON in UTF-8. The message never quotes them, as they may be personal. */
export class NotJson extends Error {}

/**
 * Reads JSON from the bytes that a vendor sent.
 * @throws NotJson where they are not JSON in UTF-8
 */
export function parseJson(body: Buffer): unknown {
  try {
    return parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new NotJson('JSON syntax error');
    throw new NotJson(cause instanceof RangeError ? 'nested too deeply' : 'not UTF-8');
  }
}

/**
 * The same of a text: a whole number that JavaScript cannot hold is the text that was written.
 * @throws SyntaxError or RangeError where it is not JSON, or nested too deeply
 */
export function parseJsonText(text: string): unknown {
  return longNumber.test(text) ? parseWithLongNumbers(text) : parse(text);
}

function parse(text: string): unknown {
  const json: unknown = JSON.parse(text);
  return json;
}

/** JSON that is nested deeper than the stack reaches is JSON all the same; what is in there is nothing to us. */
function parseWithLongNumbers(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text, asWritten);
    return json;
  } catch (error) {
    if (error instanceof RangeError) return parse(text);
    throw error;
  }
}

/** A tracking number of 22 digits, sent as a number, would lose its last digits. */
const longNumber = /[0-9]{16}/;

const wholeNumber = z.object({ source: z.string().regex(/^[0-9]+$/) });

/** Takes a whole number that JavaScript cannot hold as the text that was written. */
function asWritten(_key: string, value: unknown, ...context: unknown[]): unknown {
  // A body can hold a quarter of a million numbers, and MasonHub's is read before its sender is proven.
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  const written = wholeNumber.safeParse(context[0]);
  return written.success ? written.data.source : value;
}
