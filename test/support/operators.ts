import { scryptSync } from 'node:crypto';
import type { Operator, Role } from '../../src/operators/operator.ts';

/** Of the operators in tests. */
export const password = 'correct horse battery';

/** An operator with that password, or another, whose hash costs as little as one may. */
export function operator(name: string, role: Role, secret = password): Operator {
  const salt = Buffer.from(name.padEnd(16).slice(0, 16));
  const digest = scryptSync(secret, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return { name, role, hash: `$scrypt$ln=14,r=8,p=1$${text(salt)}$${text(digest)}` };
}

export const anna = operator('anna', 'act');
export const ben = operator('ben', 'view');
