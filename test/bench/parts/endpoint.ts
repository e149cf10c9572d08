import type { LoadResult, Usage } from '../messages.ts';
import { atLeast, atMost, type Figure, megabytes, ms, perSecond, ratio, shown } from '../report.ts';
import { median } from '../rounds.ts';
import type { Server, ServerName } from '../servers/server.ts';
import { untilQuiet, type World } from '../world.ts';
import { type Commits, measureCommits } from './commits.ts';

const connections = 64;
const names: readonly ServerName[] = ['ceiling', 'textbook', 'endpoint', 'insert'];

interface Subject {
  readonly name: ServerName;
  readonly server: Server;
  readonly databaseUrl: string;
  readonly rounds: LoadResult[];
  readonly cpuMsEach: number[];
  readonly postgresMsEach: number[];
  readonly usages: Usage[];
  readonly residentAtStart: number;
}

export interface DoorResult {
  readonly figures: Figure[];
  /** Webhooks that the service takes in a second. */
  readonly endpointRate: number;
}

/** The four servers in turn, under the same load: how fast is the endpoint, and how large does it get? */
export async function measureEndpoint(
  world: World,
  size: { rounds: number; seconds: number },
): Promise<DoorResult> {
  const subjects: Subject[] = [];
  for (const name of names) {
    const databaseUrl = await world.databases.create(`endpoint_${name}`);
    const server = await world.start(name, databaseUrl);
    subjects.push({
      name,
      server,
      databaseUrl,
      rounds: [],
      cpuMsEach: [],
      postgresMsEach: [],
      usages: [],
      residentAtStart: (await server.usage()).residentBytes,
    });
  }
  const commits: Commits[] = [];
  const plain = await world.databases.create('commits');
  for (let round = 0; round <= size.rounds; round += 1) {
    for (const subject of subjects) {
      const last = subject.rounds.at(-1);
      const rate = last === undefined ? 1_000 : last.requests / last.seconds;
      await runRound(world, subject, Math.max(640, Math.round(rate * (round === 0 ? 1 : size.seconds))));
      const { requests, seconds } = subject.rounds.at(-1) ?? { requests: 0, seconds: 1 };
      world.say(
        `endpoint: round ${round} of ${size.rounds}, ${subject.name} ${perSecond(requests / seconds)}`,
      );
    }
    commits.push(await measureCommits(plain));
  }
  for (const { server } of subjects) await server.stop();
  return { figures: figuresOf(subjects, commits), endpointRate: rateOf(find(subjects, 'endpoint')) };
}

async function runRound(world: World, subject: Subject, count: number): Promise<void> {
  const { server } = subject;
  const before = await server.usage();
  const postgresBefore = await world.databases.cpuMs();
  subject.rounds.push(await world.load.send(server.url, world.secret, { count, connections }));
  if (subject.name === 'endpoint') await untilQuiet(subject.databaseUrl);
  const after = await server.usage();
  const postgres = await world.databases.cpuMs();
  subject.usages.push(after);
  subject.cpuMsEach.push((after.cpuMs - before.cpuMs) / count);
  if (postgres !== null && postgresBefore !== null) {
    subject.postgresMsEach.push((postgres - postgresBefore) / count);
  }
}

function figuresOf(subjects: readonly Subject[], commits: readonly Commits[]): Figure[] {
  const [ceiling, textbook, endpoint, insert] = names.map((name) => find(subjects, name));
  if (!ceiling || !textbook || !endpoint || !insert) throw new Error('A server was not measured');
  const to = (other: Subject) => rateOf(endpoint) / rateOf(other);
  const against = (other: Subject) => `${perSecond(rateOf(endpoint))} to ${perSecond(rateOf(other))}`;
  const rounds = subjects.flatMap((one) => one.rounds.slice(1));
  return [
    atLeast('Endpoint to the textbook receiver', to(textbook), 8, against(textbook)),
    atLeast('Endpoint to the ceiling: the same without a database', to(ceiling), 0.5, against(ceiling)),
    atLeast('Endpoint to one INSERT for each request', to(insert), 2, against(insert)),
    ...memoryOf(endpoint),
    shown('CPU for each delivery, with all that follows from it', costOf(endpoint)),
    shown('CPU for each webhook of the textbook receiver', costOf(textbook)),
    shown('Commits on one connection', perSecond(median(commits.map((one) => one.alone)))),
    shown('Commits on 20 connections', perSecond(median(commits.map((one) => one.together)))),
    shown(
      'Answer at 64 connections, median and p99',
      `${ms(latency(endpoint, 'medianMs'))}, ${ms(latency(endpoint, 'p99Ms'))}`,
    ),
    shown(
      'Body',
      `${Math.round(median(rounds.map((one) => one.bytesEach)))} bytes, all different, all signed`,
    ),
    shown(
      'Share of a core that the load itself took',
      `${names
        .map(
          (name) =>
            `${name} ${ratio(
              median(
                find(subjects, name)
                  .rounds.slice(1)
                  .map((one) => one.cpuShare),
              ),
            )}`,
        )
        .join(', ')}`,
    ),
  ];
}

function memoryOf({ usages, residentAtStart }: Subject): Figure[] {
  const peak = Math.max(...usages.map((one) => one.peakBytes));
  // The first rounds fill caches; from then on nothing may be added.
  const middle = usages[Math.floor(usages.length / 2)]?.peakBytes ?? peak;
  const grown = peak / middle;
  return [
    shown('Memory before the first request', megabytes(residentAtStart)),
    atMost('Memory under full load, at most', peak, 200 * 2 ** 20, megabytes),
    atMost('Memory at the end to half-way', grown, 1.1, ratio, `${megabytes(peak)} to ${megabytes(middle)}`),
  ];
}

function costOf({ cpuMsEach, postgresMsEach }: Subject): string {
  const own = `${median(cpuMsEach).toFixed(2)} ms`;
  return postgresMsEach.length === 0
    ? own
    : `${own}, and ${median(postgresMsEach).toFixed(2)} ms of PostgreSQL's`;
}

function latency(subject: Subject, which: 'medianMs' | 'p99Ms'): number {
  return median(subject.rounds.slice(1).map((one) => one[which]));
}

function find(subjects: readonly Subject[], name: ServerName): Subject {
  const found = subjects.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
}

/** The first round only warmed everything up. */
function rateOf({ rounds }: Subject): number {
  return median(rounds.slice(1).map(({ requests, seconds }) => requests / seconds));
}
