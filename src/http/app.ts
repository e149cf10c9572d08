import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  fastify,
  LogController,
  type onRequestHookHandler,
} from 'fastify';
import {
  type FastifyPluginAsyncZod,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Merchants } from '../config/merchants.ts';
import type { Source } from '../inbox/delivery.ts';
import type { StoreDelivery } from '../inbox/inbox.ts';
import { admission, type TurnedAway } from './admission.ts';
import { auditApi } from './audit-api.ts';
import { largestBody, takeRawJson } from './body.ts';
import { answerBrokenRequest, answerWhateverIsExpected } from './broken-requests.ts';
import { bulkRetriesApi } from './bulk-retries-api.ts';
import { opsConsole } from './console/console.ts';
import type { ConsoleParts } from './console/parts.ts';
import { deliveriesApi } from './deliveries-api.ts';
import { apiDescription } from './describe-api.ts';
import { answerErrors, answerFrameworkError } from './errors.ts';
import { setHeaders } from './headers.ts';
import { health } from './health.ts';
import { metrics, type ReadMetrics } from './metrics.ts';
import { opsApi } from './ops-api.ts';
import { parcelsApi } from './ops-parcels.ts';
import { reportsApi } from './reports-api.ts';
import { returnsCsv } from './returns-csv.ts';
import { workApi } from './work-api.ts';

/** A vendor as the endpoints know it. */
export interface VendorWithEndpoint {
  readonly name: Source;
  /** The route that its messages come to: it proves who sent them, and stores them. */
  readonly endpoint: (
    merchants: Merchants,
    store: StoreDelivery,
    admit: onRequestHookHandler,
  ) => FastifyPluginAsyncZod;
}

export interface AppParts extends ConsoleParts {
  readonly vendors: readonly VendorWithEndpoint[];
  readonly log: FastifyBaseLogger;
  readonly store: StoreDelivery;
  readonly countTurnedAway: (source: Source, result: TurnedAway) => void;
  readonly readMetrics: ReadMetrics;
  /** Records the requests; left out where nobody asked for it. */
  readonly traceRequests?: (app: FastifyInstance) => Promise<void>;
  /** Whose word counts for where a request comes from; nobody's where it is left out. */
  readonly trustedProxies?: readonly string[];
}

/** The HTTP side of the service: the vendors' endpoints, health, and what ops need. It does not listen yet. */
export async function buildApp(parts: AppParts) {
  const app = fastify({
    loggerInstance: parts.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: largestBody,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 300 },
    trustProxy: parts.trustedProxies?.length ? [...parts.trustedProxies] : false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await parts.traceRequests?.(app);
  takeRawJson(app);
  answerErrors(app);
  answerWhateverIsExpected(app);
  await setHeaders(app);
  await app.register(swagger, apiDescription);
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: {
      'default-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  });
  const admit = admission(parts.countTurnedAway);
  const { operations, opsToken } = parts;
  for (const { name, endpoint } of parts.vendors) {
    await app.register(endpoint(operations.merchants, parts.store, admit(name)));
  }
  await app.register(health(operations));
  await app.register(opsApi(operations, opsToken, parts.now));
  await app.register(bulkRetriesApi(operations, opsToken, parts.now));
  await app.register(returnsCsv(operations, opsToken, parts.now));
  await app.register(reportsApi(operations, opsToken, parts.now));
  await app.register(workApi(operations, opsToken));
  await app.register(parcelsApi(operations, opsToken));
  await app.register(deliveriesApi(operations, opsToken));
  await app.register(auditApi(operations, opsToken));
  await app.register(metrics(opsToken, parts.readMetrics));
  await app.register(opsConsole(parts), { prefix: '/console' });
  app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/console', 302));
  return app;
}
