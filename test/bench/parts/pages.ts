import { migrated } from '../database.ts';
import { fill } from '../fill.ts';
import { atMost, type Figure, ms } from '../report.ts';
import { median } from '../rounds.ts';
import type { Server } from '../servers/server.ts';
import { opsToken, type World } from '../world.ts';

/** What ops open, by how a person would name it; `{id}` is the id of a return. */
const paths = {
  'console: overview': '/console/',
  'console: newest returns': '/console/returns',
  'console: of a status': '/console/returns?status=attention',
  'console: by order': '/console/returns?q=%23{id}',
  'console: by SKU': '/console/returns?q=SKU-77',
  'console: one return': '/console/returns/acme/{id}',
  'console: parcels nobody announced': '/console/parcels',
  'console: rejected deliveries': '/console/rejected',
  'newest returns': '/api/returns',
  'of a merchant': '/api/returns?merchant=acme',
  'of a common status': '/api/returns?status=processed',
  'of a rare status': '/api/returns?status=attention',
  'of a merchant and a status': '/api/returns?merchant=acme&status=open',
  'by id': '/api/returns?q={id}',
  'by order': '/api/returns?q=%23{id}',
  'by tracking number': '/api/returns?q=7946{id}',
  'by what does not exist': '/api/returns?q=nothing-of-this-name',
  'one return': '/api/returns/acme/{id}',
  'unannounced parcels': '/api/parcels/unannounced',
  'rejected deliveries': '/api/deliveries/rejected',
};

/** The operators' pages with many returns stored. */
export async function measurePages(
  world: World,
  size: { returns: number; times: number },
): Promise<Figure[]> {
  const databaseUrl = await migrated(await world.databases.create('pages'));
  await fill(databaseUrl, { returns: size.returns, deliveriesEach: 1 });
  const server = await world.start('endpoint', databaseUrl);
  const cookie = await signIn(server);
  const slowest = { name: '', medianMs: 0 };
  for (const [name, path] of Object.entries(paths)) {
    const medianMs = await timeOf(server, path, cookie, size);
    world.say(`pages: ${name} ${ms(medianMs)}`);
    if (medianMs > slowest.medianMs) Object.assign(slowest, { name, medianMs });
  }
  await server.stop();
  const what = `Slowest page with ${size.returns.toLocaleString('en-US')} returns, median`;
  return [atMost(what, slowest.medianMs, 100, ms, slowest.name)];
}

/** The cookie of somebody who has signed in to the console. */
async function signIn(server: Server): Promise<string> {
  const answer = await fetch(`${server.url}/console/session`, {
    method: 'POST',
    body: new URLSearchParams({ token: opsToken }),
    redirect: 'manual',
  });
  const [cookie = ''] = answer.headers.getSetCookie();
  return cookie.split(';')[0] ?? '';
}

async function timeOf(
  server: Server,
  path: string,
  cookie: string,
  { returns, times }: { returns: number; times: number },
): Promise<number> {
  const taken: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const id = String(100_000_001 + Math.floor((time * returns) / times));
    const from = performance.now();
    const answer = await fetch(server.url + path.replaceAll('{id}', id), {
      headers: { authorization: `Bearer ${opsToken}`, cookie },
    });
    await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    taken.push(performance.now() - from);
  }
  return median(taken);
}
