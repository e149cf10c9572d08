export type JsonObject = Record<string, unknown>;

/** Whether a parsed JSON value is an object, not an array and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a parsed JSON array; null when it is anything else. */
export function recordsOf(value: unknown): JsonObject[] | null {
  return Array.isArray(value) && value.every(isObject) ? value : null;
}
