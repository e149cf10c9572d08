import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its key, in PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: string;
}

/** Whoever signs certificates. */
export interface Authority {
  readonly certificate: string;
  /** @param hosts the names and IPv4 addresses that it is for */
  issue(name: string, hosts?: readonly string[]): Certified;
}

/** Makes an authority that nobody knows. Node.js reads certificates and makes none, so they are written out here. */
export function makeAuthority(name: string): Authority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = (subject: string, publicKey: KeyObject, extension: Buffer) =>
    certificate({ subject, issuer: name, publicKey, signedBy: authority.privateKey, extension });
  return {
    certificate: signed(name, authority.publicKey, isAuthority),
    issue: (subject, hosts = []) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return {
        certificate: signed(subject, publicKey, isFor(hosts)),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}

/** What an X.509 certificate is made of, in DER: https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  bytes: 0x04,
  objectId: 0x06,
  text: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
  dnsName: 0x82,
  ipAddress: 0x87,
  version: 0xa0,
  extensions: 0xa3,
};

function der(tag: keyof typeof tags, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tags[tag], ...length]), content]);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const commonName = der('objectId', hex('550403'));
const ecdsaWithSha256 = der('sequence', der('objectId', hex('2a8648ce3d040302')));
const yes = der('boolean', hex('ff'));
const isAuthority = der('sequence', der('objectId', hex('551d13')), yes, der('bytes', der('sequence', yes)));

function isFor(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIPv4(host) ? der('ipAddress', Buffer.from(host.split('.').map(Number))) : der('dnsName', host),
  );
  return der('sequence', der('objectId', hex('551d11')), der('bytes', der('sequence', ...names)));
}

function certificate(about: {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signedBy: KeyObject;
  extension: Buffer;
}): string {
  const nameOf = (name: string) =>
    der('sequence', der('set', der('sequence', commonName, der('text', name))));
  const content = der(
    'sequence',
    der('version', der('integer', hex('02'))),
    der('integer', hex('01')),
    ecdsaWithSha256,
    nameOf(about.issuer),
    der('sequence', der('time', '200101000000Z'), der('time', '491231235959Z')),
    nameOf(about.subject),
    about.publicKey.export({ type: 'spki', format: 'der' }),
    der('extensions', der('sequence', about.extension)),
  );
  const signature = sign('sha256', content, about.signedBy);
  const whole = der('sequence', content, ecdsaWithSha256, der('bits', hex('00'), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
