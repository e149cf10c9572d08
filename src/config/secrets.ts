import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What an HTTP header can carry as one word: visible ASCII. */
export const headerWord = /^[\x21-\x7e]+$/;

const key = randomBytes(32);

/** Compares a secret in constant time, whatever the lengths: neither its content nor its length shows. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
