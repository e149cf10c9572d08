import { createServer } from 'node:net';
import { ConfigurationError } from '../config/errors.ts';

/**
 * Sees that the service will be able to listen, before anything is started that works by itself.
 * @throws {ConfigurationError} names the setting, and what to do
 */
export async function requireAddress(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (error) {
    throw asConfigurationError(error, host, port);
  }
  await new Promise((resolve) => server.close(resolve));
}

/** What keeps a server from listening, in words; an error of another kind stays as it is. */
export function asConfigurationError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const problem = problems.get(String(code));
  if (problem === undefined) return error;
  return new ConfigurationError([problem(host, port)], { cause: error });
}

const notOurs = (host: string) =>
  `HOST: ${host} is no address of this machine. Use 0.0.0.0 for all of its addresses, or one of them.`;
const problems = new Map<string, (host: string, port: number) => string>([
  [
    'EADDRINUSE',
    (_, port) =>
      `PORT: something else on this machine listens on ${port} already. Stop it, or choose another port.`,
  ],
  ['EACCES', (_, port) => `PORT: this user may not listen on ${port}. Choose one from 1024 on.`],
  ['EADDRNOTAVAIL', notOurs],
  ['ENOTFOUND', notOurs],
  ['EAI_AGAIN', notOurs],
]);
