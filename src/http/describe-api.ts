import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';

/** How the API is described at /docs: OpenAPI 3.1, which a test has judged by others. */
export const apiDescription: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'masonhub-loop',
      description: 'Joins Loop Returns to MasonHub: a return becomes an RMA, its receipt a refund or a flag.',
      version: '1',
      // As package.json has it: nobody is given a licence. SPDX has no other word for that.
      license: { name: 'Unlicensed', identifier: 'LicenseRef-UNLICENSED' },
    },
    servers: [{ url: '/', description: 'The service that this description comes from' }],
    tags: [
      { name: 'Vendors', description: 'Where Loop and MasonHub send what happens to a return' },
      { name: 'Health', description: 'For probes: is it live, and can it do its job' },
      { name: 'Ops', description: 'For those who run it: look, try again, replay, measure' },
    ],
    components: {
      securitySchemes: {
        opsToken: { type: 'http', scheme: 'bearer', description: 'The value of the setting OPS_TOKEN' },
        loopSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Loop-Signature',
          description: 'base64 of HMAC-SHA256 over the raw body, with one of the merchant’s webhook secrets',
        },
        callbackToken: {
          type: 'http',
          scheme: 'bearer',
          description:
            'The merchant’s callback token; MasonHub may send it as a `token` field of the body instead',
        },
        callbackSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'X-MasonHub-Signature',
          description:
            '`sha256=` and the hex of HMAC-SHA256 over the raw body, with the merchant’s callback token',
        },
      },
    },
  },
  transform: createJsonSchemaTransform({
    zodToJsonConfig: { override: ({ jsonSchema }) => mend(jsonSchema) },
  }),
};

interface Mended {
  anyOf?: readonly object[];
  required?: readonly string[];
  propertyNames?: unknown;
  additionalProperties?: unknown;
  properties?: Record<string, unknown>;
}

/**
 * A union with something that takes every value takes every value: the library would leave that one out, and so
 * describe less than is taken. And where an object has one property for each of some words, they are named.
 */
function mend(schema: Mended): void {
  if (schema.anyOf?.some((one) => Object.keys(one).length === 0)) delete schema.anyOf;
  const { propertyNames, required, additionalProperties: each } = schema;
  if (propertyNames === undefined || required === undefined) return;
  schema.properties = Object.fromEntries(required.map((name) => [name, each]));
  schema.additionalProperties = false;
  delete schema.propertyNames;
}
