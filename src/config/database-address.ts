import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { ConfigurationError } from './errors.ts';

/** Where the database is, as the drivers take it. */
export interface DatabaseAddress {
  /** A secret: it holds the password. */
  readonly connectionString: string;
  /** Left out where the address says nothing of TLS. */
  readonly ssl?: ConnectionOptions | false;
}

type Reading<Value> = { readonly value: Value } | { readonly problem: string };

/** libpq's modes that say for certain whether the connection is encrypted. */
const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof modes)[number];

/** What libpq knows of TLS and this service can do. */
const understood = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey'] as const;
/** Words of other drivers, which would overrule libpq's. */
const foreign = ['ssl', 'uselibpqcompat'] as const;

const addressFix =
  'Write it as postgres://user:password@host:5432/database, with the signs @ : / ? # and % in the password percent-encoded; or unset it to use the embedded PostgreSQL.';
const oneServerFix =
  'Give the one address that always leads to the primary: that of a proxy such as HAProxy, or the one your cloud names for writing.';

/**
 * Reads a PostgreSQL address. What it says of TLS means what PostgreSQL's own programs take it to mean; the
 * driver reads the same words in another way (`require` as `verify-full`, for instance), so it does not get
 * them. Source: https://www.postgresql.org/docs/current/libpq-ssl.html
 * @returns the address, its certificates read from their files; or what is wrong and the fix, without the
 * address, which may hold a password
 */
export function readDatabaseAddress(text: string): Reading<DatabaseAddress> {
  if (namesSeveralServers(text)) return { problem: `the value names more than one server. ${oneServerFix}` };
  const url = URL.parse(text);
  if (url?.protocol !== 'postgres:' && url?.protocol !== 'postgresql:') {
    return { problem: `the value is not a PostgreSQL address. ${addressFix}` };
  }
  const wantsRole = lastOf(url, 'target_session_attrs');
  if (wantsRole !== undefined && wantsRole !== 'any') {
    return { problem: `target_session_attrs is not understood here. Leave it out. ${oneServerFix}` };
  }
  const named = [...url.searchParams.keys()].filter((name) => name.startsWith('ssl') && name !== 'ssl');
  const unknown = named.find((name) => !understood.some((known) => known === name));
  if (unknown !== undefined) {
    return {
      problem: `${unknown} is not understood here. Leave it out; ${understood.join(', ')} are understood.`,
    };
  }
  if (named.length === 0) return { value: { connectionString: text } };
  const ssl = readTls(url);
  if ('problem' in ssl) return ssl;
  for (const name of [...understood, ...foreign]) url.searchParams.delete(name);
  return { value: { connectionString: url.href, ssl: ssl.value } };
}

/** @throws {ConfigurationError} what is wrong with the address, and the fix */
export function databaseAddress(text: string): DatabaseAddress {
  const reading = readDatabaseAddress(text);
  if ('problem' in reading) throw new ConfigurationError([`DATABASE_URL: ${reading.problem}`]);
  return reading.value;
}

/** libpq tries several hosts in turn, separated by commas; the driver does not. */
function namesSeveralServers(text: string): boolean {
  const [, authority = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)/.exec(text) ?? [];
  const hosts = authority.slice(authority.lastIndexOf('@') + 1);
  return hosts.includes(',') || /[?&]host=[^&]*(?:,|%2c)/i.test(text);
}

function readTls(url: URL): Reading<ConnectionOptions | false> {
  // As libpq has it: nobody listens in on a socket of this machine.
  if (hostOf(url).startsWith('/')) return { value: false };
  const mode = readMode(url);
  if ('problem' in mode) return mode;
  if (mode.value === 'disable') return { value: false };
  const root = readRoot(url, mode.value);
  if ('problem' in root) return root;
  const own = readOwnCertificate(url);
  if ('problem' in own) return own;
  return { value: { ...root.value, ...own.value } };
}

function readMode(url: URL): Reading<Mode> {
  const given = lastOf(url, 'sslmode');
  const root = lastOf(url, 'sslrootcert');
  if (given === undefined && root === 'system') return { value: 'verify-full' };
  if (given === undefined) {
    return { problem: 'it names certificates and no sslmode. Add sslmode=verify-full.' };
  }
  if (given === 'allow' || given === 'prefer') {
    return {
      problem: `sslmode=${given} goes without encryption where the server offers none, and nobody sees it. Write sslmode=require, or sslmode=disable.`,
    };
  }
  const mode = modes.find((known) => known === given);
  if (mode === undefined) {
    return { problem: `its sslmode is not one of PostgreSQL's. Give one of ${modes.join(', ')}.` };
  }
  if (root === 'system' && mode !== 'verify-full') {
    return { problem: `sslrootcert=system needs sslmode=verify-full. Write that in place of ${mode}.` };
  }
  return { value: mode };
}

/** Whom the server's certificate has to be signed by, and whether it has to name the host. */
function readRoot(url: URL, mode: Exclude<Mode, 'disable'>): Reading<ConnectionOptions> {
  const file = lastOf(url, 'sslrootcert');
  if (file === undefined || file === 'system') {
    // Anybody can have a certificate for another host from a public authority.
    if (mode === 'verify-ca') {
      return {
        problem:
          "sslmode=verify-ca needs sslrootcert, the file with the certificate that the server's is signed by. Add it, or write sslmode=verify-full.",
      };
    }
    return { value: { rejectUnauthorized: mode === 'verify-full' } };
  }
  const ca = readPem('sslrootcert', file, 'CERTIFICATE');
  if ('problem' in ca) return ca;
  const verified = { ca: ca.value, rejectUnauthorized: true };
  // `require` with a root certificate has meant `verify-ca` since before there was `verify-ca`.
  return {
    value: mode === 'verify-full' ? verified : { ...verified, checkServerIdentity: () => undefined },
  };
}

/** The certificate with which the service proves itself to the server, if any. */
function readOwnCertificate(url: URL): Reading<ConnectionOptions> {
  const [certFile, keyFile] = [lastOf(url, 'sslcert'), lastOf(url, 'sslkey')];
  if (certFile === undefined && keyFile === undefined) return { value: {} };
  if (certFile === undefined || keyFile === undefined) {
    return { problem: 'sslcert and sslkey go together. Give both, or neither.' };
  }
  const cert = readPem('sslcert', certFile, 'CERTIFICATE');
  if ('problem' in cert) return cert;
  const key = readPem('sslkey', keyFile, 'PRIVATE KEY');
  if ('problem' in key) return key;
  return { value: { cert: cert.value, key: key.value } };
}

function readPem(name: string, file: string, holds: 'CERTIFICATE' | 'PRIVATE KEY'): Reading<string> {
  const what = holds === 'CERTIFICATE' ? 'a certificate' : 'a private key';
  const fix = `Name a file with ${what} in PEM, which begins with -----BEGIN.`;
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { problem: `the file of ${name} cannot be read${code}: ${file}. ${fix}` };
  }
  if (!pem.includes(`${holds}-----`) || (holds === 'CERTIFICATE' && !isCertificate(pem))) {
    return { problem: `the file of ${name} does not hold ${what}: ${file}. ${fix}` };
  }
  return { value: pem };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).serialNumber !== '';
  } catch {
    return false;
  }
}

function hostOf(url: URL): string {
  return lastOf(url, 'host') ?? decodeURIComponent(url.hostname);
}

function lastOf(url: URL, name: string): string | undefined {
  return url.searchParams.getAll(name).at(-1);
}
