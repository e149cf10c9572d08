import { migrated } from '../database.ts';
import { fill } from '../fill.ts';
import { atMost, type Figure, ms, shown } from '../report.ts';
import { median } from '../rounds.ts';
import type { Server } from '../servers/server.ts';
import { opsToken, type World } from '../world.ts';

/** What ops open, by how a person would name it; `{id}` is the id of a return, `{month}` one that is over. */
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
  'oldest returns': '/api/returns?sort=oldest',
  'longest in their status': '/api/returns?sort=longest',
  'last into their status': '/api/returns?sort=latest',
  'of a merchant': '/api/returns?merchant=acme',
  'of a small merchant': '/api/returns?merchant=small-shop',
  'of a small merchant, longest': '/api/returns?merchant=small-shop&sort=longest',
  'of a common status': '/api/returns?status=processed',
  'of a rare status': '/api/returns?status=attention',
  'of a rare status, longest': '/api/returns?status=attention&sort=longest',
  'open, longest': '/api/returns?status=open&sort=longest',
  'of a merchant and a status': '/api/returns?merchant=acme&status=open',
  'of a small merchant and a common status': '/api/returns?merchant=small-shop&status=processed',
  'of a cause': '/api/returns?merchant=acme&cause=MasonHub%20refused%20the%20RMA%3A%20unknown%20SKU%20SKU-3',
  'of a decision': '/api/returns?decision=flag',
  'of a decision that there is not': '/api/returns?decision=hold',
  'ended otherwise': '/api/returns?differs=flag-closed',
  overdue: '/api/returns?overdue=label',
  'overdue, of a small merchant': '/api/returns?overdue=flagged&merchant=small-shop',
  'of a month': '/api/returns?from={month}-01&to={month}-28',
  'received in a month': '/api/returns?dated=received&from={month}-01&to={month}-28&merchant=acme',
  'of a status and a month': '/api/returns?status=attention&from={month}-01&to={month}-28',
  'by id': '/api/returns?q={id}',
  'by order': '/api/returns?q=%23{id}',
  'by tracking number': '/api/returns?q=7946{id}',
  'by what does not exist': '/api/returns?q=nothing-of-this-name',
  'by one figure': '/api/returns?q=1',
  'by what a thousand begin with': '/api/returns?q=100500',
  'by what ten thousand begin with': '/api/returns?q=10050',
  'by what a few hundred thousand begin with': '/api/returns?q=sku-1',
  'by what every return has, of a rare status': '/api/returns?q=sku&status=attention',
  'by a SKU, longest': '/api/returns?q=sku-770&sort=longest',
  'by what every return has, of a rare cause':
    '/api/returns?q=sku&merchant=acme&cause=MasonHub%20refused%20the%20RMA%3A%20unknown%20SKU%20SKU-3',
  'work list': '/api/work',
  'one return': '/api/returns/acme/{id}',
  'unannounced parcels': '/api/parcels/unannounced',
  'rejected deliveries': '/api/deliveries/rejected',
};
const report = '/api/reports/{month}';
/** What a tenth of all returns begin with, the oldest or those in the middle: a list comes to them last. */
const farSearches = {
  'the newest of the oldest tenth': '/api/returns?q=1000',
  'the longest of a tenth in the middle': '/api/returns?q=1005&sort=longest',
};

/** The operators' pages with many returns stored. */
export async function measurePages(
  world: World,
  size: { returns: number; times: number },
): Promise<Figure[]> {
  const databaseUrl = await migrated(await world.databases.create('pages'));
  // No page shows a delivery but those that were set aside.
  await fill(databaseUrl, { returns: size.returns, deliveriesEach: 0 });
  const server = await world.start('endpoint', databaseUrl);
  const cookie = await signIn(server);
  const measure = async (named: Readonly<Record<string, string>>) => {
    let slowest = { name: '', medianMs: 0 };
    for (const [name, path] of Object.entries(named)) {
      const medianMs = await timeOf(server, path, cookie, size);
      world.say(`pages: ${name} ${ms(medianMs)}`);
      if (medianMs > slowest.medianMs) slowest = { name, medianMs };
    }
    return slowest;
  };
  const slowest = await measure(paths);
  const farthest = await measure(farSearches);
  const reportMs = await timeOf(server, report, cookie, size);
  await server.stop();
  const returns = `${size.returns.toLocaleString('en-US')} returns`;
  return [
    atMost(`Slowest page with ${returns}, median`, slowest.medianMs, 50, ms, slowest.name),
    shown(
      `Slowest search for what stands at the far end of ${returns}, median`,
      `${ms(farthest.medianMs)} (${farthest.name})`,
    ),
    shown(`A month's report with ${returns}, median`, ms(reportMs)),
  ];
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
    const answer = await fetch(
      server.url + path.replaceAll('{id}', id).replaceAll('{month}', monthBefore()),
      {
        headers: { authorization: `Bearer ${opsToken}`, cookie },
      },
    );
    await answer.text();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    taken.push(performance.now() - from);
  }
  return median(taken);
}

/** The month before the last 60 days, so that all of it is over. */
function monthBefore(): string {
  return new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 7);
}
