import { setTimeout as wait } from 'node:timers/promises';
import { request } from 'undici';
import { signedBodies } from '../bodies.ts';
import { atMost, type Figure, ms, ratio, shown } from '../report.ts';
import { median, quantile } from '../rounds.ts';
import type { Server } from '../servers/server.ts';
import { untilQuiet, type World } from '../world.ts';
import { measureCommits } from './commits.ts';

const firstReturnId = 400_000_000;
/** Enough for both servers to have compiled what they run. */
const warmUps = 2_000;

/** One webhook at a time on idle servers, in turn: how soon is it answered, how soon is its RMA at MasonHub? */
export async function measureIdle(world: World, size: { webhooks: number }): Promise<Figure[]> {
  const endpointUrl = await world.databases.create('idle_endpoint');
  const endpoint = await world.start('endpoint', endpointUrl);
  const textbook = await world.start('textbook', await world.databases.create('idle_textbook'));
  const plain = await world.databases.create('idle_commits');
  const bodies = signedBodies(world.secret, firstReturnId, size.webhooks * 2);
  const answers: { endpoint: number[]; textbook: number[] } = { endpoint: [], textbook: [] };
  const arrivals: number[] = [];
  await measureCommits(plain);
  for (const server of [endpoint, textbook]) {
    await world.load.send(server.url, world.secret, { count: warmUps, connections: 8 });
  }
  await untilQuiet(endpointUrl);
  for (let index = 0; index < size.webhooks; index += 1) {
    const [own, other] = bodies.slice(index * 2, index * 2 + 2);
    if (own === undefined || other === undefined) throw new Error('There are too few webhooks');
    const rma = String(firstReturnId + index * 2);
    const callsBefore = world.vendors.masonhub.calls.length;
    const sentAt = Date.now();
    const [answered, arrivedAt] = await Promise.all([
      post(endpoint, own),
      untilAtMasonHub(world, rma, callsBefore),
    ]);
    await untilQuiet(endpointUrl);
    await wait(10);
    const answeredByTextbook = await post(textbook, other);
    await wait(10);
    answers.endpoint.push(answered);
    answers.textbook.push(answeredByTextbook);
    arrivals.push(arrivedAt - sentAt);
  }
  const { medianMs: commitMs } = await measureCommits(plain);
  await endpoint.stop();
  await textbook.stop();
  world.say(`idle: ${size.webhooks} webhooks to each`);
  const [own, theirs] = [median(answers.endpoint), median(answers.textbook)];
  return [
    atMost(
      'Answer on an idle service to the textbook receiver’s',
      own / theirs,
      1.1,
      ratio,
      `${ms(own)} to ${ms(theirs)}`,
    ),
    atMost('Webhook to RMA at MasonHub, idle, median', median(arrivals), 10, ms),
    atMost('Webhook to RMA at MasonHub, idle, p99', quantile(arrivals, 0.99), 50, ms),
    shown('One commit at that time, median', ms(commitMs)),
  ];
}

async function post(
  server: Server,
  { body, signature }: { body: Buffer; signature: string },
): Promise<number> {
  const from = performance.now();
  const answer = await request(`${server.url}/webhooks/loop/acme`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-loop-signature': signature },
    body,
  });
  await answer.body.dump();
  if (answer.statusCode !== 200) throw new Error(`${server.url} answered ${answer.statusCode}`);
  return performance.now() - from;
}

/**
 * When the stand-in MasonHub got the RMA.
 * @param callsBefore how many calls it had had; looking through those again would keep this process busy
 */
async function untilAtMasonHub(world: World, rmaNumber: string, callsBefore: number): Promise<number> {
  for (;;) {
    const call = world.vendors.masonhub.calls
      .slice(callsBefore)
      .find(({ records }) => records?.some((record) => record['customer_identifier'] === rmaNumber));
    if (call !== undefined) return call.at.getTime();
    await wait(2);
  }
}
