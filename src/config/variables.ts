import { readFileSync } from 'node:fs';

/** What a variable gives: its value, that there is none, or what is wrong with the file that should have it. */
export type Variable =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'none'; readonly state: 'not set' | 'empty' }
  | { readonly kind: 'problem'; readonly problem: string };

/**
 * Reads a variable that may hold a secret: `NAME` itself or, as Docker and Kubernetes hand secrets over, the
 * content of the file that `NAME_FILE` names, without its final line break. An empty variable counts as unset.
 *
 * @returns a problem, as a sentence with its fix, where both are set or the file cannot be read or is empty; it
 *   never repeats what the file holds
 */
export function readVariable(env: NodeJS.ProcessEnv, name: string): Variable {
  const value = ownValue(env, name);
  const file = secretFileOf(env, name);
  if (file === null) {
    return value ? { kind: 'value', value } : { kind: 'none', state: value === '' ? 'empty' : 'not set' };
  }
  if (value) {
    return { kind: 'problem', problem: `${name} and ${name}_FILE are both set. Keep one of them.` };
  }
  return readSecretFile(`${name}_FILE`, file);
}

/** The file that `NAME_FILE` names, whether it is there or not; null where none is named. */
export function secretFileOf(env: NodeJS.ProcessEnv, name: string): string | null {
  return ownValue(env, `${name}_FILE`) || null;
}

function readSecretFile(variable: string, file: string): Variable {
  const named = `${variable} names ${shown(file)}`;
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    if (value !== '') return { kind: 'value', value };
    return { kind: 'problem', problem: `${named}, which is empty. Write the secret into it.` };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const problem = code === 'ENOENT' ? 'which is not there' : `which cannot be read (${code})`;
    return {
      kind: 'problem',
      problem: `${named}, ${problem}. Name a file that the service's user may read.`,
    };
  }
}

/** A path; anything else is left out, as somebody may have put the secret itself there. */
function shown(file: string): string {
  return /^\.{0,2}\//.test(file) ? file : 'a file';
}

/** An own property only: `constructor` is a variable like any other. */
function ownValue(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}
