import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { memoryFolder } from '../support/memory-folder.ts';
import { build, collect, end, type Image, type Instruction, parse, project } from './image-builder.ts';

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
  temporary = await realpath(await mkdtemp(join(await memoryFolder(), 'masonhub-loop-image-')));
  database = await freshDatabase();
  instructions = parse(await readFile(join(project, 'Dockerfile'), 'utf8'));
  image = await build(instructions, temporary);
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
    const rooms = await readdir(inImage('src'));
    for (const left of ['stand-ins', 'packaging']) expect(rooms).not.toContain(left);
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
  });

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

function start([program = '', ...args]: readonly string[], env: Record<string, string>) {
  const child = spawn(program, args, {
    cwd: inImage('.'),
    // What Node keeps of the code that it has compiled goes with the image.
    env: { PATH: dirname(process.execPath), TMPDIR: temporary, ...image.env, ...env },
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
