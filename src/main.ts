import closeWithGrace from 'close-with-grace';
import { readSettings } from './config/environment.ts';
import { ConfigurationError } from './config/errors.ts';
import { readMerchants } from './config/merchants.ts';
import { openLog } from './log.ts';
import { startService } from './service.ts';

/** The process: reads its settings, starts the service, and stops it in good order. */
const stopWithinMs = 10_000;

try {
  const settings = readSettings(process.env);
  const merchants = await readMerchants(settings.merchantsFile, process.env);
  const log = openLog(settings.logLevel);
  const service = await startService({ settings, merchants, log });
  closeWithGrace({ delay: stopWithinMs, logger: log }, async ({ err, signal }) => {
    if (err !== undefined) log.fatal({ err }, 'the service met an error that nothing handled, and stops');
    else log.info({ signal }, 'the service stops');
    await service.stop();
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) console.error(error);
  else console.error(error.message);
  process.exitCode = 1;
}
