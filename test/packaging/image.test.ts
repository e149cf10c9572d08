import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

/**
 * There is no Docker here, so the Dockerfile's own instructions are carried out in a temporary folder:
 * what it copies is copied, what it runs is run, and its CMD is started against a PostgreSQL.
 */
const project = fileURLToPath(new URL('../..', import.meta.url));

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

interface Image {
  /** Stands for the image's `/`. */
  readonly root: string;
  workdir: string;
  readonly env: Record<string, string>;
}

const stringList = z.array(z.string()).nonempty();
const manifest = z.object({
  scripts: z.object({ start: z.string() }),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

const lock = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

async function readManifest() {
  return manifest.parse(JSON.parse(await readFile(join(project, 'package.json'), 'utf8')));
}

let instructions: Instruction[];
let image: Image;
let temporary: string;
let database: FreshDatabase;

beforeAll(async () => {
  temporary = await realpath(await mkdtemp(join(tmpdir(), 'masonhub-loop-image-')));
  database = await freshDatabase();
  instructions = parse(await readFile(join(project, 'Dockerfile'), 'utf8'));
  image = await build(instructions);
}, 240_000);

afterAll(async () => {
  await database?.drop();
  await rm(temporary, { recursive: true, force: true });
});

describe('the Dockerfile', () => {
  test('starts every stage from node:24-slim', () => {
    for (const { rest } of all('FROM')) expect(rest).toMatch(/^node:24-slim( AS \w+)?$/);
  });

  test('does not run as root', () => {
    expect(last('USER')).toBe('node');
  });

  test('runs node directly, so that signals reach it, as npm start does', async () => {
    const { NODE_ENV: _, ...env } = image.env;
    const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    expect([...settings, ...execForm(last('CMD'))].join(' ')).toBe((await readManifest()).scripts.start);
    expect(all('ENTRYPOINT')).toEqual([]);
    expect(last('STOPSIGNAL')).toBe('SIGTERM');
  });

  test('exposes the default port, and says that this is production', () => {
    expect(last('EXPOSE')).toBe('3000');
    expect(image.env['NODE_ENV']).toBe('production');
  });
});

describe('the image', () => {
  test('holds the production dependencies and none of the others', async () => {
    const { dependencies, devDependencies } = await readManifest();
    const isInstalled = async (name: string) =>
      await readdir(inImage('node_modules', name)).then(
        () => true,
        () => false,
      );
    for (const name of Object.keys(dependencies)) expect(await isInstalled(name), name).toBe(true);
    // What a production package brings along as well is none of development's alone.
    const { packages } = lock.parse(JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')));
    const onlyDev = Object.keys(devDependencies).filter((name) => packages[`node_modules/${name}`]?.dev);
    expect(onlyDev.length).toBeGreaterThan(5);
    for (const name of onlyDev) expect(await isInstalled(name), name).toBe(false);
  });

  test('holds the code and the migrations, and no stand-ins, tests, settings or secrets', async () => {
    expect((await readdir(inImage('.'))).sort()).toEqual([
      'migrations',
      'node_modules',
      'package.json',
      'src',
    ]);
    expect(await readdir(inImage('migrations'))).toEqual(await readdir(join(project, 'migrations')));
    expect(await readdir(inImage('src'))).not.toContain('stand-ins');
  });

  test('comes up on an empty database, says that it is well, and ends with 0 on its stop signal', async () => {
    const port = await freePort();
    const merchantsFile = join(temporary, 'merchants.yaml');
    await writeFile(merchantsFile, exampleMerchants);
    const env = { DATABASE_URL: database.url, MERCHANTS_FILE: merchantsFile, PORT: String(port) };
    const service = start(execForm(last('CMD')), env);
    try {
      await service.prints('the service is ready');
      const ready = await fetch(`http://127.0.0.1:${port}/health/ready`);
      expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready' }]);
      expect(await healthCheck(env)).toBe(0);

      const signalled = performance.now();
      service.process.kill('SIGTERM');
      expect(await service.ended).toEqual({ code: 0, signal: null });
      expect(performance.now() - signalled).toBeLessThan(10_000);
      expect(await healthCheck(env)).toBe(1);
    } finally {
      service.process.kill('SIGKILL');
    }
  }, 60_000);

  test('sets merchants up as well, without the development dependencies', async () => {
    const command = start(['node', 'src/merchants.ts', '--help'], {});
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(command.output()).toContain('register <slug>');
  });

  test('without a DATABASE_URL says what to set, for it has no PostgreSQL of its own', async () => {
    const merchantsFile = join(temporary, 'no-merchants.yaml');
    await writeFile(merchantsFile, 'merchants: {}');
    const service = start(execForm(last('CMD')), { MERCHANTS_FILE: merchantsFile });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.output()).toContain('DATABASE_URL is not set');
  });
});

const exampleMerchants = `
merchants:
  acme:
    loop: { apiKey: key, webhookSecret: secret, apiUrl: http://127.0.0.1:9/api }
    masonhub: { account: acme, apiToken: token, callbackToken: callback, apiUrl: http://127.0.0.1:9/api }
`;

function parse(text: string): Instruction[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, '');
  return lines.split('\n').flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    return name === undefined || rest === undefined ? [] : [{ name, rest: rest.trim() }];
  });
}

function all(name: string): Instruction[] {
  return instructions.filter((instruction) => instruction.name === name);
}

function last(name: string): string {
  const found = all(name).at(-1);
  if (found === undefined) throw new Error(`The Dockerfile has no ${name}.`);
  return found.rest;
}

function execForm(text: string): string[] {
  return stringList.parse(JSON.parse(text));
}

function inImage(...path: string[]): string {
  return join(image.root, image.workdir, ...path);
}

/** Carries out the instructions; the last stage is the image. An instruction unknown here is an error. */
async function build(steps: readonly Instruction[]): Promise<Image> {
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
    const origin = from === undefined ? join(project, source) : join(from.root, source);
    const name = target.endsWith('/') ? join(target, source) : target;
    await cp(origin, join(into.root, resolve(into.workdir, name)), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => from !== undefined || context.holds(relative(project, path)),
    });
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

/** `npm test` tells its children that they belong to this project; for the image's npm that is not so. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(npm_(package|lifecycle|command|execpath|node_execpath|config_(local_)?prefix)|INIT_CWD)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), PATH: `${dirname(process.execPath)}:${process.env['PATH']}` };
}

function start([program = '', ...args]: readonly string[], env: Record<string, string>) {
  const child = spawn(program, args, {
    cwd: inImage('.'),
    env: { PATH: dirname(process.execPath), ...image.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const ended = end(child);
  const prints = async (text: string): Promise<void> => {
    let isOver = false;
    void ended.finally(() => {
      isOver = true;
    });
    while (!output().includes(text)) {
      if (isOver) throw new Error(`The service ended before it said ${JSON.stringify(text)}:\n${output()}`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  };
  return { process: child, ended, output, prints };
}

async function healthCheck(env: Record<string, string>): Promise<number | null> {
  const [, command = ''] = /\bCMD (\[.*\])$/.exec(last('HEALTHCHECK')) ?? [];
  return (await start(execForm(command), env).ended).code;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return () => text;
}

async function end(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
