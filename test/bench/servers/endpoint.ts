import { tmpdir } from 'node:os';
import { parseMerchants } from '../../../src/config/merchants.ts';
import { openLog } from '../../../src/log.ts';
import { startService } from '../../../src/service.ts';
import { serve } from './serve.ts';

/** This service as it runs in production, with everything that it does behind its endpoints. */
serve(({ databaseUrl, merchantsFile, opsToken }) =>
  startService({
    settings: {
      host: '127.0.0.1',
      port: 0,
      databaseUrl,
      dataDir: tmpdir(),
      opsToken,
      pollIntervalMs: 3_600_000,
      retentionMs: 30 * 86_400_000,
    },
    merchants: parseMerchants(merchantsFile, {}, 'merchants.yaml'),
    log: openLog('info'),
  }),
);
