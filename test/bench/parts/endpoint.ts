import type { CpuTime } from '../database.ts';
import type { LoadResult, Usage } from '../messages.ts';
import { atLeast, atMost, type Figure, megabytes, ms, perSecond, ratio, shown } from '../report.ts';
import { median, type Pairs, paired } from '../rounds.ts';
import type { Server, ServerName } from '../servers/server.ts';
import { untilQuiet, type World } from '../world.ts';
import { type Commits, measureCommits } from './commits.ts';

const connections = 64;
/** Every server has compiled what it runs by then. */
const warmUps = 12_000;
const others = ['ceiling', 'textbook', 'insert'] as const;

interface Subject {
  readonly name: ServerName;
  readonly server: Server;
  readonly databaseUrl: string;
  readonly slices: LoadResult[];
  readonly usages: Usage[];
  readonly own: Spent;
  readonly postgres: Spent;
}

/** Processor time, and how many webhooks it was spent on. */
interface Spent {
  userMs: number;
  systemMs: number;
  webhooks: number;
}

export interface DoorResult {
  readonly figures: Figure[];
  /** Webhooks that the service takes in a second. */
  readonly endpointRate: number;
}

/**
 * The servers in turn, in slices of a fraction of a second: whatever else the machine does meets all of them alike,
 * and each ratio is of two slices of one turn.
 */
export async function measureEndpoint(
  world: World,
  size: { slices: number; seconds: number },
): Promise<DoorResult> {
  const names: ServerName[] = ['endpoint', ...others];
  if (world.nodeRed !== null) names.push('node-red');
  const subjects: Subject[] = [];
  for (const name of names) subjects.push(await prepare(world, name));
  const commits = await measureCommits(await world.databases.create('commits'));
  for (let slice = 1; slice <= size.slices; slice += 1) {
    // There and back, so that none always comes after the same one.
    for (const subject of slice % 2 === 0 ? subjects : subjects.toReversed()) {
      const last = subject.slices.at(-1);
      const rate = last === undefined ? 2_000 : rateOf(last);
      await runSlice(world, subject, Math.max(640, Math.round(rate * size.seconds)));
    }
    if (slice % 4 === 0) world.say(`endpoint: slice ${slice} of ${size.slices}`);
  }
  for (const { server } of subjects) await server.stop();
  const endpoint = find(subjects, 'endpoint');
  return { figures: figuresOf(world, subjects, commits), endpointRate: median(endpoint.slices.map(rateOf)) };
}

async function prepare(world: World, name: ServerName): Promise<Subject> {
  const databaseUrl = await world.databases.create(`endpoint_${name.replace('-', '_')}`);
  const server = await world.start(name, databaseUrl);
  const nothing = () => ({ userMs: 0, systemMs: 0, webhooks: 0 });
  const usages = [await server.usage()];
  await world.load.send(server.url, world.secret, { count: warmUps, connections });
  if (name === 'endpoint') await untilQuiet(databaseUrl);
  world.say(`endpoint: ${name} is warm`);
  return { name, server, databaseUrl, slices: [], usages, own: nothing(), postgres: nothing() };
}

async function runSlice(world: World, subject: Subject, count: number): Promise<void> {
  const { server, own, postgres } = subject;
  const [before, postgresBefore] = [await server.usage(), await world.databases.cpu()];
  subject.slices.push(await world.load.send(server.url, world.secret, { count, connections }));
  if (subject.name === 'endpoint') await untilQuiet(subject.databaseUrl);
  const [after, postgresAfter] = [await server.usage(), await world.databases.cpu()];
  subject.usages.push(after);
  spend(own, before.cpu, after.cpu, count);
  if (postgresBefore !== null && postgresAfter !== null)
    spend(postgres, postgresBefore, postgresAfter, count);
}

function spend(spent: Spent, before: CpuTime, after: CpuTime, webhooks: number): void {
  spent.userMs += after.userMs - before.userMs;
  spent.systemMs += after.systemMs - before.systemMs;
  spent.webhooks += webhooks;
}

function figuresOf(world: World, subjects: readonly Subject[], commits: Commits): Figure[] {
  const endpoint = find(subjects, 'endpoint');
  const goals = { textbook: 8, ceiling: 0.5, insert: 2, 'node-red': 1, endpoint: 1 };
  const names = {
    textbook: 'the textbook receiver',
    ceiling: 'the ceiling: the same without a database',
    insert: 'one INSERT for each request',
    'node-red': `the flow in Node-RED ${world.nodeRed?.version ?? ''}, which checks nothing`,
    endpoint: 'itself',
  };
  const against = subjects.filter(({ name }) => name !== 'endpoint');
  return [
    ...against.map(({ name, slices }) => {
      const pairs = paired(endpoint.slices.map(rateOf), slices.map(rateOf));
      return atLeast(`Endpoint to ${names[name]}`, pairs.median, goals[name], detailOf(pairs, slices));
    }),
    cpuFigure(endpoint, find(subjects, 'textbook')),
    ...subjects.map((one) => shown(`CPU for each webhook, ${one.name}`, costOf(one))),
    ...memoryOf(endpoint),
    shown('Commits on one connection', perSecond(commits.alone)),
    shown('Commits on 20 connections', perSecond(commits.together)),
    shown(
      'Answer at 64 connections, median and p99',
      `${ms(median(endpoint.slices.map((one) => one.medianMs)))}, ${ms(median(endpoint.slices.map((one) => one.p99Ms)))}`,
    ),
    shown(
      'Body',
      `${Math.round(median(endpoint.slices.map((one) => one.bytesEach)))} bytes, all different, all signed`,
    ),
    shown(
      'Share of a core that the load itself took',
      subjects
        .map(({ name, slices }) => `${name} ${ratio(median(slices.map((one) => one.cpuShare)))}`)
        .join(', '),
    ),
  ];
}

function detailOf({ low, high }: Pairs, slices: readonly LoadResult[]): string {
  return `half of the pairs between ${ratio(low)} and ${ratio(high)}, to ${perSecond(median(slices.map(rateOf)))}`;
}

/** What noise moves least: the time that the processors worked, in the server and in PostgreSQL. */
function cpuFigure(endpoint: Subject, textbook: Subject): Figure {
  const [own, theirs] = [totalOf(endpoint), totalOf(textbook)];
  const detail = `${own.toFixed(2)} ms to ${theirs.toFixed(2)} ms, PostgreSQL's included`;
  const what = 'CPU for a delivery with all that follows, to the textbook receiver’s for storing alone';
  return atMost(what, own / theirs, 1.5, ratio, detail);
}

function totalOf({ own, postgres }: Subject): number {
  const each = (spent: Spent) =>
    spent.webhooks === 0 ? 0 : (spent.userMs + spent.systemMs) / spent.webhooks;
  return each(own) + each(postgres);
}

function costOf({ own, postgres }: Subject): string {
  const each = ({ userMs, systemMs, webhooks }: Spent) =>
    `${(userMs / webhooks).toFixed(2)} + ${(systemMs / webhooks).toFixed(2)} ms`;
  const beside = postgres.webhooks === 0 ? '' : `; PostgreSQL ${each(postgres)}`;
  return `${each(own)}${beside} (user + system)`;
}

function memoryOf({ usages }: Subject): Figure[] {
  const [first] = usages;
  const peak = Math.max(...usages.map((one) => one.peakBytes));
  // The first slices fill caches; from then on nothing may be added.
  const middle = usages[Math.floor(usages.length / 2)]?.peakBytes ?? peak;
  const grown = `${megabytes(peak)} to ${megabytes(middle)}`;
  return [
    shown('Memory before the first request', megabytes(first?.residentBytes ?? 0)),
    atMost('Memory under full load, at most', peak, 250 * 2 ** 20, megabytes),
    atMost('Memory at the end to half-way', peak / middle, 1.1, ratio, grown),
  ];
}

function find(subjects: readonly Subject[], name: ServerName): Subject {
  const found = subjects.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
}

function rateOf({ requests, seconds }: LoadResult): number {
  return requests / seconds;
}
