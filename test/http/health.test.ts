import { fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { expect, test } from 'vitest';
import { health } from '../../src/http/health.ts';
import type { Operations } from '../../src/operations/operations.ts';
import { emptyOperations } from '../support/operations.ts';

const since = new Date('2026-11-26T14:03:11.754Z');

async function ready(parts: Partial<Operations>) {
  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const readiness = async () => [{ name: 'database', wrong: null }];
  await app.register(health(emptyOperations({ readiness, ...parts })));
  try {
    const { statusCode, body } = await app.inject('/health/ready');
    const json: unknown = JSON.parse(body);
    return { status: statusCode, json };
  } finally {
    await app.close();
  }
}

test('merchants of whom nothing can be stored are named, and do not make it unready', async () => {
  const why = 'a write failed (08006)';
  expect(await ready({ unstored: () => [{ merchant: 'acme', why, since }] })).toEqual({
    status: 200,
    json: {
      status: 'ready',
      checks: { database: 'ok' },
      paused: [],
      notStored: [{ merchant: 'acme', why, since: since.toISOString() }],
    },
  });
});

test.each([
  ['fails', () => Promise.reject(new Error('one machine of several is down'))],
  ['hangs', () => new Promise<never>(() => {})],
])('connections whose list %s are left out, and do not make it unready', async (_how, connections) => {
  expect(await ready({ connections })).toEqual({
    status: 200,
    json: { status: 'ready', checks: { database: 'ok' } },
  });
});

test('a merchants file that cannot be used is told of without what is in it', async () => {
  const merchantsProblem = () =>
    'merchants.yaml:4: merchant acme: loop.apiKey needs the environment variable ACME_KEY, which is not set.';
  expect(await ready({ merchantsProblem })).toEqual({
    status: 200,
    json: {
      status: 'ready',
      checks: { database: 'ok' },
      paused: [],
      merchantsFile: 'The merchants file cannot be used. The log says why.',
    },
  });
});

test('a users file that cannot be used is told of without the names that are in it', async () => {
  const operatorsProblem = () => 'operators.yaml:6: operator carl: role is not a role.';
  expect(await ready({ operatorsProblem })).toEqual({
    status: 200,
    json: {
      status: 'ready',
      checks: { database: 'ok' },
      paused: [],
      usersFile: 'The users file cannot be used. The log says why.',
    },
  });
});
