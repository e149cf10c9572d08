import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/config/errors.ts';
import { requireAddress } from '../../src/http/address.ts';

test('a port that something else listens on is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  if (address === null || typeof address === 'string') throw new Error('A server has a port');
  try {
    const refused = requireAddress('127.0.0.1', address.port);
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(`PORT: something else on this machine listens on ${address.port}`);
  } finally {
    other.close();
  }
  await once(other, 'close');
  await expect(requireAddress('127.0.0.1', address.port)).resolves.toBeUndefined();
});

test('a host that is not of this machine is named, with what to do', async () => {
  const refused = requireAddress('192.0.2.1', 0);
  await expect(refused).rejects.toThrow(/^HOST: 192\.0\.2\.1 is no address of this machine/);
});
