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
import { answerErrors, answerFrameworkError, answerNotFound } from './errors.ts';
import { setHeaders } from './headers.ts';
import { health } from './health.ts';
import { metrics, type ReadMetrics } from './metrics.ts';
import { opsApi } from './ops-api.ts';
import { parcelsApi } from './ops-parcels.ts';
import { requireOpsToken } from './ops-token.ts';
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

export type EndpointParts = Pick<AppParts, 'vendors' | 'store' | 'countTurnedAway'>;

/** The vendors' endpoints, on an app of `openApp`. */
export async function addEndpoints(
  app: Awaited<ReturnType<typeof openApp>>,
  merchants: Merchants,
  { vendors, store, countTurnedAway }: EndpointParts,
): Promise<void> {
  const admit = admission(countTurnedAway);
  for (const { name, endpoint } of vendors) await app.register(endpoint(merchants, store, admit(name)));
}

/** An app without routes, which reads bodies and answers errors as all routes need it. */
export async function openApp({
  log,
  traceRequests,
  trustedProxies = [],
}: Pick<AppParts, 'log' | 'traceRequests' | 'trustedProxies'>) {
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: largestBody,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 300 },
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await traceRequests?.(app);
  takeRawJson(app);
  answerErrors(app);
  answerWhateverIsExpected(app);
  await setHeaders(app);
  return app;
}

/** The HTTP side of the service: the vendors' endpoints, health, and what ops need. It does not listen yet. */
export async function buildApp(parts: AppParts) {
  const app = await openApp(parts);
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
  const { operations, opsToken } = parts;
  await addEndpoints(app, operations.merchants, parts);
  await app.register(health(operations));
  await app.register(
    async (guarded) => {
      // Without the token nobody learns which routes there are.
      guarded.addHook('onRequest', requireOpsToken(opsToken));
      answerNotFound(guarded);
    },
    { prefix: '/api' },
  );
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
