import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { paintFor, WIDTH, wrap } from '../../setup/screen.ts';
import { differences, findEnd } from './check.ts';
import { finishedCount, playMonth, stuckCount, unknownSku } from './month.ts';
import { parcels } from './parcels.ts';
import { type Ending, endLines, headline, summary, table, trailLines } from './report.ts';
import type { DemoReturn } from './return.ts';
import { Stage } from './stage.ts';
import { Trail } from './trail.ts';
import { troubles } from './trouble.ts';
import { startWorld, type World } from './world.ts';

/**
 * The demo: the service on an embedded PostgreSQL, stand-ins of both vendors beside it, and returns that
 * go through all of it while a person watches. The exit status is 0 only if each ended as the rule says.
 */

const firstReturnId = 99_904_601;
/** A return at which nothing happens for so long has ended, or never will. */
const quietMs = 8_000;
/** Before the last look, whatever would still be sent a second time gets its chance. */
const graceMs = 500;

const paint = paintFor(process.stdout, process.env);
const say = (lines: readonly string[]) =>
  void process.stdout.write(lines.map((line) => `${line}\n`).join(''));
const stays = readStay();

const stop = new AbortController();
// However often they come: what has been started is stopped in good order, within some seconds, and nothing stays.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
// A terminal that is closed takes no more lines.
process.stdout.on('error', () => stop.abort());

process.exitCode = await run();

/** A demo that is to stay and was misspelled would end when somebody wants to look around. */
function readStay(): boolean {
  try {
    return parseArgs({ options: { stay: { type: 'boolean' } } }).values.stay === true;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    console.error(`${problem}. Write npm run demo, or npm run demo -- --stay to look around at the end.`);
    process.exit(2);
  }
}

async function run(): Promise<number> {
  const startedAt = performance.now();
  say([paint('bold', 'masonhub-loop, with a stand-in Loop and a stand-in MasonHub beside it')]);
  const world = await startWorld();
  try {
    say(introduction(world));
    if (stays) await showMonth(world);
    const endings = await showReturns(world);
    const seconds = (performance.now() - startedAt) / 1000;
    say([...table(endings, paint), ...summary(endings, seconds, paint)]);
    if (stays) await stay(world);
    return endings.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say(['', 'Stopped.']);
    return 130;
  } finally {
    await world.close();
  }
}

function introduction(world: World): string[] {
  const text = `The service is at ${world.url} and has two merchants: acme, with refund messages on, and borealis, with them off. Each line below says who tells whom what, with the answer at the right.`;
  return [
    ...wrap(text, WIDTH),
    'Its console, where you are signed in:',
    `  ${consoleLink(world)}`,
    ...(stays ? [] : ['npm run demo -- --stay leaves it all running at the end, to look around.']),
  ];
}

/** The token is behind the `#`, which a browser keeps to itself. */
function consoleLink({ url, opsToken }: World): string {
  return `${url}/console#token=${opsToken}`;
}

/** Nobody watches this: it is there for whoever stays. */
async function showMonth(world: World): Promise<void> {
  const text = `First, without a word for each, the month before: ${finishedCount} returns that end, and ${stuckCount} that wait for a person.`;
  say(['', ...wrap(text, WIDTH)]);
  await playMonth(world, stop.signal);
}

async function showReturns(world: World): Promise<Ending[]> {
  const shown: { stage: Stage; about: DemoReturn; failure: string | null }[] = [];
  for (const [at, about] of [...parcels, ...troubles].entries()) {
    stop.signal.throwIfAborted();
    const stage = new Stage(world, about.merchant, String(firstReturnId + at), stop.signal);
    say(headline(at + 1, about.title, about.merchant, stage.id, paint));
    const failure = await showOne(stage, about);
    say(endLines(await endingOf(stage, about, failure), paint));
    shown.push({ stage, about, failure });
  }
  await wait(graceMs, undefined, { signal: stop.signal });
  return Promise.all(shown.map(({ stage, about, failure }) => endingOf(stage, about, failure)));
}

/** Shows a return's path while it happens; answers what went wrong with the showing itself. */
async function showOne(stage: Stage, about: DemoReturn): Promise<string | null> {
  const trail = new Trail(stage, (line) => say(trailLines(line, paint)));
  try {
    await about.play(stage);
    while (differences(about.end, await findEnd(stage)).length > 0) {
      if (Date.now() - trail.lastSeenAt > quietMs) break;
      await wait(50, undefined, { signal: stop.signal });
    }
    return null;
  } catch (error) {
    stop.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  } finally {
    await trail.end();
  }
}

async function endingOf(stage: Stage, { end }: DemoReturn, failure: string | null): Promise<Ending> {
  const found = await findEnd(stage);
  const reason = (await stage.shown())?.reason ?? null;
  const wrong = [...(failure === null ? [] : [failure]), ...differences(end, found)];
  const rmas = [...(stage.rma === undefined ? [] : [stage.rma]), ...stage.blindParcels];
  return { id: stage.id, end, found, reason, rmas, wrong };
}

/** Leaves everything running until Ctrl-C. */
async function stay(world: World): Promise<void> {
  const { url, opsToken } = world;
  const day = `${stuckCount} returns wait there for one cause: MasonHub did not know the SKU ${unknownSku}. It knows it by now, so that a retry of all of them works. The returns that ended over the month are there as well.`;
  say([
    '',
    'The console, where you are signed in:',
    `  ${consoleLink(world)}`,
    ...wrap(day, WIDTH),
    `The API's description: ${url}/docs`,
    'The returns:',
    `  curl -H 'Authorization: Bearer ${opsToken}' \\`,
    `    ${url}/api/returns`,
    'Ctrl-C ends the demo.',
  ]);
  while (!stop.signal.aborted) await wait(200);
}
