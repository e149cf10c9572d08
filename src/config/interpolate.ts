export type Interpolation =
  | { readonly text: string }
  | { readonly problems: readonly InterpolationProblem[] };

export interface InterpolationProblem {
  /** A predicate, such as `needs …`. */
  readonly text: string;
  /** The variable that is missing or empty; null for a `${` that begins no name. */
  readonly unset: string | null;
}

/**
 * Puts the environment's values where a text says `${NAME}`; a name is letters, digits and `_`, no digit
 * first. What a variable holds is not searched for further `${…}`.
 *
 * @returns the text; or the problems, one for each missing or empty variable and one for a `${` that is
 *   no `${NAME}`, as predicates (`needs …`) that repeat nothing of the text but the variables' names
 */
export function interpolate(text: string, env: NodeJS.ProcessEnv): Interpolation {
  const problems = new Map<string, InterpolationProblem>();
  const add = (text: string, unset: string | null) => problems.set(text, { text, unset });
  const filled = text.replace(/\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g, (_, name: string | undefined) => {
    if (name === undefined) {
      add(
        `has a '\${' that does not begin a \${NAME}. A name is letters, digits and '_'; put a value that has '\${' in it into an environment variable.`,
        null,
      );
      return '';
    }
    // An own property only: `${constructor}` is a variable like any other.
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value === undefined || value === '') {
      const state = value === undefined ? 'not set' : 'empty';
      add(`needs the environment variable ${name}, which is ${state}. Set it and start again.`, name);
      return '';
    }
    return value;
  });
  return problems.size === 0 ? { text: filled } : { problems: [...problems.values()] };
}
