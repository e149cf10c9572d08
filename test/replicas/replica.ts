import { readFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { readMerchants } from '../../src/config/merchants.ts';
import { openOutages } from '../../src/database/outages.ts';
import { openLog } from '../../src/log.ts';
import { startService } from '../../src/service.ts';
import { defaultPace } from '../../src/steps/pace.ts';
import { type FromReplica, replicaSettings } from './settings.ts';

/**
 * The service as one of several processes, in all but two things as src/main.js starts it: its settings
 * come from the file that is its argument, and its pace is quickened, so that what takes minutes with the
 * real vendors takes seconds here.
 */
const [, , file = ''] = process.argv;
const settings = replicaSettings.parse(JSON.parse(await readFile(file, 'utf8')));

const { merchants } = await readMerchants(settings.merchantsFile, {});
const outages = openOutages();
const service = await startService({
  settings: { ...settings, host: '127.0.0.1', port: 0, dataDir: '.' },
  merchants,
  log: openLog('info', { hooks: outages }),
  outages,
  pace: { ...defaultPace, ...settings.pace },
});

process.once('SIGTERM', async () => {
  await service.stop();
  process.disconnect();
});
// Whoever started it is gone: nobody else would end it.
process.once('disconnect', () => process.exit());
process.on('message', () => {
  // What nothing refers to any more is no leak, but can stay in memory for long where there is plenty of it.
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  say({ rss: process.memoryUsage.rss() });
});
say({ url: service.url });
// Most replicas are killed, and one that is killed keeps nothing of what it has compiled for the next.
flushCompileCache();

function say(what: FromReplica): void {
  process.send?.(what);
}
