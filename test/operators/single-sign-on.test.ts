import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { openSingleSignOn } from '../../src/operators/single-sign-on.ts';
import { freePort } from '../support/free-port.ts';

test('a provider that takes too long is away, and has refused nobody', async () => {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const server = createServer((request, response) => {
    // The token is never given.
    if (request.method === 'POST') return;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    const singleSignOn = openSingleSignOn(
      {
        issuer,
        clientId: 'console',
        clientSecret: 'a-secret',
        scopes: 'openid',
        groupsClaim: 'groups',
        actGroup: null,
      },
      'https://returns.example.com/console/session/sso/callback',
    );
    const { attempt } = await singleSignOn.begin();
    const finished = singleSignOn.finish(`code=x&state=${attempt.state}`, attempt);
    await expect(finished).rejects.toMatchObject({ name: 'SignOnFailed', kind: 'away' });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
