import { readVariable, secretFileOf } from './variables.ts';

export type Interpolation =
  | { readonly text: string }
  | { readonly problems: readonly InterpolationProblem[] };

export interface InterpolationProblem {
  /** A predicate, such as `needs …`. */
  readonly text: string;
  /** The variable that is missing or empty; null for a `${` that begins no name. */
  readonly unset: string | null;
}

const named = /\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g;

/**
 * Puts the environment's values where a text says `${NAME}`; a name is letters, digits and `_`, no digit
 * first. Where `NAME` is unset and `NAME_FILE` names a file, its content is the value. What a variable holds
 * is not searched for further `${…}`.
 *
 * @returns the text; or the problems, one for each missing or empty variable, for each file that cannot be used
 *   and one for a `${` that is no `${NAME}`, as predicates (`needs …`) that repeat nothing of the text but the
 *   variables' names
 */
export function interpolate(text: string, env: NodeJS.ProcessEnv): Interpolation {
  const problems = new Map<string, InterpolationProblem>();
  const add = (text: string, unset: string | null) => problems.set(text, { text, unset });
  const filled = text.replace(named, (_, name: string | undefined) => {
    if (name === undefined) {
      add(
        `has a '\${' that does not begin a \${NAME}. A name is letters, digits and '_'; put a value that has '\${' in it into an environment variable.`,
        null,
      );
      return '';
    }
    const variable = readVariable(env, name);
    if (variable.kind === 'value') return variable.value;
    if (variable.kind === 'problem') {
      add(`needs the environment variable ${name}, but ${variable.problem}`, null);
    } else {
      add(
        `needs the environment variable ${name}, which is ${variable.state}. Set it and start again.`,
        name,
      );
    }
    return '';
  });
  return problems.size === 0 ? { text: filled } : { problems: [...problems.values()] };
}

/** The files that hold what a text's `${NAME}`s name, so that somebody can see whether they change. */
export function secretFilesNamedIn(text: string, env: NodeJS.ProcessEnv): string[] {
  const files = [...text.matchAll(named)].map(([, name]) =>
    name === undefined ? null : secretFileOf(env, name),
  );
  return [...new Set(files)].filter((file) => file !== null);
}
