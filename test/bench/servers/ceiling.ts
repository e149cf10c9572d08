import { parseMerchants } from '../../../src/config/merchants.ts';
import { connect } from '../../../src/database/connect.ts';
import { buildApp } from '../../../src/http/app.ts';
import { openLog } from '../../../src/log.ts';
import { vendors } from '../../../src/vendors.ts';
import { serve } from './serve.ts';

/** This service's HTTP side with signature, schema and log, and nothing stored: no door can be faster. */
serve(async ({ databaseUrl, merchantsFile, opsToken }) => {
  const log = openLog('info');
  const { db, close } = connect(databaseUrl, { log });
  const app = await buildApp({
    vendors,
    log,
    db,
    merchants: parseMerchants(merchantsFile, {}, 'merchants.yaml'),
    opsToken,
    keep: async () => 'accepted',
    retry: async () => 'unknown',
    replay: async () => ({ replayed: 0, accepted: 0, ignored: 0, rejected: 0 }),
    checks: [],
    now: () => new Date(),
    listSetAside: async () => [],
    listConnections: async () => [],
    merchantsProblem: () => null,
    countTurnedAway: () => {},
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    stop: async () => {
      await app.close();
      await close();
    },
  };
});
