import closeWithGrace from 'close-with-grace';
import { readSettings } from './config/environment.ts';
import { ConfigurationError } from './config/errors.ts';
import { readMerchants } from './config/merchants.ts';
import { shortestOpsToken } from './config/sign-in-settings.ts';
import { openOutages } from './database/outages.ts';
import { openLog } from './log.ts';
import { readOperators } from './operators/operators-file.ts';
import type { UsersFile } from './start-operators.ts';
import type { Tracing } from './tracing/tracing.ts';

const stopWithinMs = 10_000;

/** The process: reads its settings, starts the service, and stops it in good order. */
async function main(tracing: Tracing, takeSignals: () => void): Promise<void> {
  const settings = readSettings(process.env);
  const { merchants, ageing } = await readMerchants(settings.merchantsFile, process.env);
  const usersFile = await openUsersFile(settings.opsUsersFile);
  // Only now: what is wrong in a setting is told before all the rest is read, which takes a second.
  const { startService } = await import('./service.ts');
  const outages = openOutages();
  const log = openLog(settings.logLevel, { hooks: outages, mixin: tracing.logFields });
  tracing.warnTo(log);
  const starting = startService({
    settings,
    merchants,
    ageing,
    ...(usersFile === null ? {} : { usersFile }),
    log,
    outages,
    tracing,
    readMerchants: () => readMerchants(settings.merchantsFile, process.env),
  });
  process.on('SIGHUP', async () => {
    log.info('SIGHUP: the merchants file and the users file are read again');
    const service = await starting.catch(() => null);
    await service?.reloadMerchants();
    await service?.reloadOperators();
  });
  takeSignals();
  const { uninstall } = closeWithGrace(
    { delay: stopWithinMs, logger: log, skip: ['SIGHUP'] },
    async ({ err, signal }) => {
      if (err !== undefined) log.fatal({ err }, 'the service met an error that nothing handled, and stops');
      else log.info({ signal }, 'the service stops');
      // A signal can come while the service still starts: what has started by then is stopped all the same.
      const service = await starting.catch(() => null);
      await service?.stop();
      await tracing.stop();
    },
  );
  try {
    await starting;
  } catch (error) {
    uninstall();
    throw error;
  }
  if (settings.opsToken !== null && settings.opsToken.length < shortestOpsToken) {
    log.warn(
      `OPS_TOKEN has fewer than ${shortestOpsToken} characters and could be guessed. Make one with: openssl rand -hex 32`,
    );
  }
}

/** @throws {ConfigurationError} where there is such a file and it cannot be used */
async function openUsersFile(path: string | null): Promise<UsersFile | null> {
  if (path === null) return null;
  const { content: operators } = await readOperators(path);
  return { operators, read: () => readOperators(path) };
}

/**
 * Runs the service until it is told to stop.
 * @param tracing is told of all that is done, and stopped with the service
 * @param takeSignals called once this handles SIGTERM and SIGINT by itself
 */
export async function run(tracing: Tracing, takeSignals: () => void): Promise<void> {
  try {
    await main(tracing, takeSignals);
  } catch (error) {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exitCode = 1;
    await tracing.stop();
  }
}
