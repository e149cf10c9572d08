import { hkdfSync } from 'node:crypto';

/** A key for one use of its own. All replicas have the same ones, and another ops token changes them all. */
export function keyFrom(opsToken: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', opsToken, '', `masonhub-loop console: ${use}`, 32));
}
