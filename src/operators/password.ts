import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import type { Operator, Operators } from './operator.ts';

/** The cost of a hash: `ln` is the binary logarithm of scrypt's N, which needs 2^ln × r × 128 bytes. */
interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB for one look; of the costs that OWASP holds to be equal, the one that fits a small machine. */
const usualCost: Cost = { ln: 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;
/** A hash that costs less is too cheap to guess, and one that costs more would slow down the service. */
const lowestLn = 14;
const highestLn = 17;
const highestP = 16;

export const shortestPassword = 12;
export const longestPassword = 256;

/**
 * A password's scrypt hash with a salt of its own, its parameters in the text as the PHC format has them:
 * `$scrypt$ln=15,r=8,p=3$salt$hash`.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  return written(usualCost, salt, await derive(password, salt, usualCost));
}

/** Whether a text is such a hash, at a cost that makes sense. */
export function isPasswordHash(text: string): boolean {
  return readHash(text) !== null;
}

/** Compared with where there is nobody by that name: no password fits, and it takes as long. */
const nobodys = written(usualCost, randomBytes(saltBytes), randomBytes(hashBytes));

/**
 * The operator whose name and password these are; null where there is none. It takes as long for a name that is not
 * known.
 */
export async function findByPassword(
  operators: Operators,
  name: string,
  password: string,
): Promise<Operator | null> {
  const operator = operators.get(name);
  const { salt, hash, cost } = readHash(operator?.hash ?? nobodys) ?? unreadable();
  const fits = timingSafeEqual(await derive(password, salt, cost), hash);
  return fits && operator !== undefined ? operator : null;
}

function unreadable(): never {
  throw new Error('An operator has a password hash that cannot be read.');
}

function written({ ln, r, p }: Cost, salt: Buffer, hash: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${ln},r=${r},p=${p}$${text(salt)}$${text(hash)}`;
}

const hashPattern = /^\$scrypt\$ln=(\d\d),r=8,p=(\d{1,2})\$([\w+/]{22})\$([\w+/]{43})$/;

function readHash(text: string): { salt: Buffer; hash: Buffer; cost: Cost } | null {
  const [, ln = '', p = '', salt = '', hash = ''] = hashPattern.exec(text) ?? [];
  const cost = { ln: Number(ln), r: 8, p: Number(p) };
  if (cost.ln < lowestLn || cost.ln > highestLn || cost.p < 1 || cost.p > highestP) return null;
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64'), cost };
}

/** The same letters can be typed as different bytes: NFKC makes them one. */
function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password.normalize('NFKC'), salt, hashBytes, options, (error, hash) => {
    if (error === null) resolve(hash);
    else reject(error);
  });
  return promise;
}
