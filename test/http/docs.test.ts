import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { webhookExamples } from '../../src/vendors/loop/examples.ts';
import { webhookBody } from '../../src/vendors/loop/schemas.ts';
import { callbackExamples } from '../../src/vendors/masonhub/examples.ts';
import { callbackBody } from '../../src/vendors/masonhub/schemas.ts';
import { opsToken, startWorld, type World } from '../support/service.ts';

const named = z.record(z.string(), z.strictObject({ summary: z.string(), value: z.unknown() }));
const media = z.strictObject({
  schema: z.record(z.string(), z.unknown()),
  example: z.unknown().optional(),
  examples: named.optional(),
});
const content = z.record(z.string(), media);
const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  schema: z.looseObject({ example: z.string().optional() }),
  description: z.string().optional(),
});
const operation = z.looseObject({
  summary: z.string(),
  description: z.string(),
  tags: z.array(z.string()).length(1),
  parameters: z.array(parameter).default([]),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content })),
});
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

let world: World;
let operations: (z.infer<typeof operation> & { name: string; path: string; method: string })[];
beforeAll(async () => {
  world = await startWorld();
  const { paths } = document.parse((await world.api('/docs/json')).json);
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      ...one,
      name: `${method.toUpperCase()} ${path}`,
      path,
      method: method.toUpperCase(),
    })),
  );
});
afterAll(() => world.stop());

/** All that is given as an example of one body, beside the schema that the document gives for it. */
function examplesIn(where: string, found: z.infer<typeof content>) {
  return Object.entries(found).map(([type, { schema, example, examples }]) => ({
    where: `${where} ${type}`,
    schema: z.fromJSONSchema(schema),
    values: [
      ...[example, schema['example']].filter((one) => one !== undefined),
      ...Object.values(examples ?? {}).map(({ value }) => value),
    ],
  }));
}

/** What an example says that its schema does not take. */
const misfits = (found: ReturnType<typeof examplesIn>) =>
  found.flatMap(({ where, schema, values }) =>
    values.flatMap((value) => {
      const { error } = schema.safeParse(value);
      return error === undefined ? [] : [`${where}: ${z.prettifyError(error)}`];
    }),
  );

describe('/docs', () => {
  it('tells of every route that is not a page', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'GET /api/audit',
      'GET /api/deliveries/rejected',
      'GET /api/parcels/unannounced',
      'GET /api/reports/{month}',
      'GET /api/reports/{month}.csv',
      'GET /api/retries',
      'GET /api/retries/{id}',
      'GET /api/returns',
      'GET /api/returns.csv',
      'GET /api/returns/{merchant}/{loopReturnId}',
      'GET /api/work',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'POST /api/deliveries/replay',
      'POST /api/retries/{id}/stop',
      'POST /api/returns/retry',
      'POST /api/returns/{merchant}/{loopReturnId}/retry',
      'POST /callbacks/masonhub/{merchant}',
      'POST /webhooks/loop/{merchant}',
    ]);
  });

  it('has an example for each of their answers, of the shape that it is described with', () => {
    const answers = operations.flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, answer]) =>
        examplesIn(`${name} ${status}`, answer.content),
      ),
    );
    expect(answers.length).toBeGreaterThan(40);
    expect(answers.filter(({ values }) => values.length === 0).map(({ where }) => where)).toEqual([]);
    expect(misfits(answers)).toEqual([]);
  });

  it('says when each answer comes', () => {
    const unexplained = operations.flatMap(({ name, responses }) =>
      Object.entries(responses).flatMap(([status, { description }]) =>
        description === 'Default Response' ? [`${name} ${status}`] : [],
      ),
    );
    expect(unexplained).toEqual([]);
  });

  it('has an example for each parameter, of the shape that it is described with', () => {
    const parameters = operations.flatMap((one) =>
      one.parameters.map((parameter) => ({
        where: `${one.name} ${parameter.name}`,
        schema: z.fromJSONSchema(parameter.schema),
        values: [parameter.schema.example].filter((one) => one !== undefined),
      })),
    );
    expect(parameters.length).toBeGreaterThan(12);
    expect(parameters.filter(({ values }) => values.length === 0).map(({ where }) => where)).toEqual([]);
    expect(misfits(parameters)).toEqual([]);
  });

  it('has examples that the operators’ routes understand as they stand', async () => {
    const ops = operations.filter(({ path }) => path.startsWith('/api/'));
    expect(ops.length).toBe(15);
    for (const { name, path, method, parameters } of ops) {
      const query = new URLSearchParams();
      let address = path;
      for (const { name: parameter, in: place, schema } of parameters) {
        if (place === 'path')
          address = address.replace(`{${parameter}}`, encodeURIComponent(schema.example ?? ''));
        else query.set(parameter, schema.example ?? '');
      }
      const { status, text } = await world.api(`${address}?${query}`, { method });
      // The return of the examples is not there; everything else about the request is understood.
      expect([200, 404], `${name}: ${text}`).toContain(status);
    }
  });

  it('shows the vendors’ messages that the tests below send', () => {
    const bodyOf = (path: string) =>
      operations.find((one) => one.path === path)?.requestBody?.content['application/json']?.examples;
    expect(bodyOf('/webhooks/loop/{merchant}')).toEqual(webhookExamples);
    expect(bodyOf('/callbacks/masonhub/{merchant}')).toEqual(callbackExamples);
  });

  it('shows metrics as they are', async () => {
    const { text } = await world.api('/metrics', { headers: { authorization: `Bearer ${opsToken}` } });
    const metrics = operations.find(({ path }) => path === '/metrics');
    const example = String(metrics?.responses['200']?.content['text/plain']?.schema['example']);
    expect(example).toContain('masonhub_loop_returns{');
    for (const line of example.split('\n').filter((one) => one.startsWith('#')))
      expect(text.split('\n')).toContain(line);
  });
});

describe("a vendor's message in the examples", () => {
  const bodiesOf = (examples: Record<string, { value: unknown }>) =>
    Object.entries(examples).map(([name, { value }]) => [name, value] as const);

  it.each(bodiesOf(webhookExamples))('is taken by the service as Loop sends it: %s', async (_name, value) => {
    expect(webhookBody.safeParse(value).error).toBeUndefined();
    const body = JSON.stringify(value);
    const reply = await world.post('/webhooks/loop/acme', body, world.signed(body));
    expect(reply).toMatchObject({ status: 200, json: { status: 'accepted' } });
  });

  it.each(bodiesOf(callbackExamples))(
    'is taken by the service as MasonHub sends it: %s',
    async (_name, value) => {
      expect(callbackBody.safeParse(value).error).toBeUndefined();
      const reply = await world.post('/callbacks/masonhub/acme', JSON.stringify(value), world.proven());
      expect(reply).toMatchObject({ status: 200, json: { status: 'accepted' } });
    },
  );

  it('moves a return on: one that the examples tell of ends as they say', async () => {
    await using alone = await startWorld();
    const send = async (value: { trigger: string }) => {
      const body = JSON.stringify(value);
      await alone.post('/webhooks/loop/acme', body, alone.signed(body));
    };
    await send(webhookExamples['return.created'].value);
    await alone.untilStatus('99904598', 'open');
    await alone.post(
      '/callbacks/masonhub/acme',
      JSON.stringify(callbackExamples.damaged.value),
      alone.proven(),
    );
    // The stand-in Loop has no such return: what counts is what the service decided.
    const found = await alone.untilStatus('99904598', 'attention');
    expect(found.timeline).toContainEqual(
      expect.objectContaining({ event: 'decided.flag', detail: '1 × MUG-WHITE damaged ("Handle broken")' }),
    );
  });
});
