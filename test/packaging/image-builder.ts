import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * There is no Docker here, so the Dockerfile's own instructions are carried out in a temporary folder:
 * what it copies is copied, what it runs is run, and its CMD is started against a PostgreSQL.
 */
export const project = fileURLToPath(new URL('../..', import.meta.url));

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

export interface Image {
  /** Stands for the image's `/`. */
  readonly root: string;
  workdir: string;
  readonly env: Record<string, string>;
}

export function parse(text: string): Instruction[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return lines.split('\n').flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    return name === undefined || rest === undefined ? [] : [{ name, rest: rest.trim() }];
  });
}

/** Carries out the instructions; the last stage is the image. An instruction unknown here is an error. */
export async function build(steps: readonly Instruction[], temporary: string): Promise<Image> {
  const context = await readContext();
  const stages = new Map<string, Image>();
  let current: Image | undefined;
  for (const { name, rest } of steps) {
    if (name === 'FROM') {
      const root = await mkdtemp(join(temporary, 'stage-'));
      current = { root, workdir: '/', env: {} };
      stages.set(/ AS (\w+)$/.exec(rest)?.[1] ?? '', current);
      continue;
    }
    if (current === undefined) throw new Error(`${name} comes before FROM.`);
    switch (name) {
      case 'WORKDIR':
        current.workdir = resolve(current.workdir, rest);
        await mkdir(join(current.root, current.workdir), { recursive: true });
        break;
      case 'ENV': {
        const [, key, value] = /^(\w+)=(\S+)$/.exec(rest) ?? [];
        if (key === undefined || value === undefined) throw new Error(`ENV ${rest} is not understood.`);
        current.env[key] = value;
        break;
      }
      case 'COPY':
        await copy(rest, current, stages, context);
        break;
      case 'RUN': {
        const { code, output } = await run(rest, current);
        if (code !== 0) throw new Error(`RUN ${rest} failed (${code}):\n${output}`);
        break;
      }
      case 'LABEL':
      case 'USER':
      case 'EXPOSE':
      case 'STOPSIGNAL':
      case 'HEALTHCHECK':
      case 'CMD':
        break;
      default:
        throw new Error(`The instruction ${name} is not understood.`);
    }
  }
  if (current === undefined) throw new Error('The Dockerfile has no FROM.');
  return current;
}

async function copy(
  rest: string,
  into: Image,
  stages: ReadonlyMap<string, Image>,
  context: Context,
): Promise<void> {
  const [, stage, paths = ''] = /^(?:--from=(\w+)\s+)?([^-].*)$/.exec(rest) ?? [];
  const sources = paths.split(/\s+/);
  const target = sources.pop() ?? '';
  const from = stage === undefined ? undefined : stages.get(stage);
  if (stage !== undefined && from === undefined) throw new Error(`There is no stage ${stage} yet.`);
  for (const source of sources) {
    const name = target.endsWith('/') ? join(target, source) : target;
    const place = join(into.root, resolve(into.workdir, name));
    const as = { recursive: true, verbatimSymlinks: true };
    if (from === undefined) {
      const filter = (path: string) => context.holds(relative(project, path));
      await cp(join(project, source), place, { ...as, filter });
      continue;
    }
    // Thousands of files, and Node copies each for a tenth of what the other way takes.
    cpSync(join(from.root, source), place, as);
  }
}

interface Context {
  /** Whether .dockerignore lets the builder see a path. */
  holds(path: string): boolean;
}

/** Of .dockerignore's language only `*`, plain paths and `!` are understood, for it needs no more. */
async function readContext(): Promise<Context> {
  const text = await readFile(join(project, '.dockerignore'), 'utf8');
  const patterns = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const odd = patterns.find((pattern) => !/^(\*|!?[\w./-]+)$/.test(pattern));
  if (odd !== undefined) throw new Error(`The pattern ${odd} is not understood.`);
  const matches = (pattern: string, path: string) =>
    pattern === '*' || path === pattern || path.startsWith(`${pattern}/`);
  return {
    holds: (path) => {
      const decides = patterns.findLast((pattern) => matches(pattern.replace(/^!/, ''), path));
      return decides === undefined || decides.startsWith('!');
    },
  };
}

async function run(command: string, within: Image): Promise<{ code: number | null; output: string }> {
  const child = spawn('sh', ['-c', command], {
    cwd: join(within.root, within.workdir),
    env: { ...outerEnvironment(), ...within.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const { code } = await end(child);
  return { code, output: output() };
}

/**
 * `npm test` tells its children that they belong to this project; for the image's npm that is not so. What was
 * fetched for this project need not be asked for again.
 */
function outerEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(npm_(package|lifecycle|command|execpath|node_execpath|config_(local_)?prefix)|INIT_CWD)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    npm_config_prefer_offline: 'true',
  };
}

export function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return () => text;
}

export async function end(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode };
}
