import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run merchants -- …` in the project's folder, with these variables and no others. */
export function runNpmMerchants(args: readonly string[], env: Record<string, string>): Promise<Ran> {
  return run('npm', ['run', 'merchants', '--silent', '--', ...args], env);
}

/** The same without npm, as the container has it. */
export function runMerchants(args: readonly string[], env: Record<string, string>): Promise<Ran> {
  return runSource('src/merchants.ts', args, env);
}

/** Runs a file of the project, as the container does; `input` is its standard input. */
export function runSource(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  input = '',
): Promise<Ran> {
  return run(process.execPath, [file, ...args], env, input);
}

async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
  input = '',
): Promise<Ran> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = spawn(command, [...args], {
    cwd: project,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  const written = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.stderr += text;
  });
  await once(child, 'close');
  return { status: child.exitCode, ...written };
}
