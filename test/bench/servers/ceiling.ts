import { parseMerchants } from '../../../src/config/merchants.ts';
import { buildApp } from '../../../src/http/app.ts';
import { openLog } from '../../../src/log.ts';
import { vendors } from '../../../src/vendors.ts';
import { emptyOperations } from '../../support/operations.ts';
import { serve } from './serve.ts';

/** This service's HTTP side with signature, schema and log, and nothing stored: no endpoint can be faster. */
serve(async ({ merchantsFile, opsToken }) => {
  const log = openLog('info');
  const app = await buildApp({
    vendors,
    log,
    operations: emptyOperations({ merchants: parseMerchants(merchantsFile, {}, 'merchants.yaml') }),
    opsToken,
    store: async () => 'accepted',
    now: () => new Date(),
    countTurnedAway: () => {},
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    stop: async () => {
      await app.close();
    },
  };
});
