import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigurationError } from '../config/errors.ts';
import type { ReadFile } from '../config/follow-file.ts';
import { unknownKey } from '../config/schema-parts.ts';
import { parseYaml, type YamlFile } from '../config/yaml-file.ts';
import { nameRule, type Operators, operatorName, roles } from './operator.ts';
import { isPasswordHash } from './password.ts';

const makeIt = 'npm run operators -- add NAME';
const ifThere =
  (message: string) =>
  ({ input }: { readonly input?: unknown }) =>
    input === undefined || input === null ? 'is missing or empty. Write its value.' : message;

const notAMap = ifThere('is not a map. Write its fields as indented lines of `name: value` under it.');
const hash = z
  .string({ error: ifThere('is not a text.') })
  .refine(isPasswordHash, `is no hash of a password. npm run operators -- passwd NAME makes one.`);
const operator = z.strictObject(
  {
    role: z.enum(roles, { error: `is not a role. Write one of ${roles.join(', ')}.` }).default('view'),
    password: hash,
  },
  { error: notAMap },
);
const name = z.string().regex(operatorName, `is not an operator's name. Use ${nameRule}.`);
const file = z.strictObject(
  { operators: z.record(name, operator, { error: notAMap }).nullable() },
  { error: `has no operators. Begin it with \`operators:\`; ${makeIt} writes it.` },
);

/**
 * Reads the operators from the text of the users file.
 * @param fileName for the messages
 * @throws {ConfigurationError} every problem found, with its line and the fix; no hash is repeated
 */
export function parseOperators(text: string, fileName: string): Operators {
  const yaml = parseYaml(text, fileName, nameOf);
  const result = file.safeParse(yaml.value);
  if (!result.success) {
    const problems = result.error.issues
      .flatMap((issue) => explain(issue, yaml))
      .sort((one, other) => one.line - other.line);
    throw new ConfigurationError(
      problems.map(({ line, text: problem }) => `${fileName}:${line}: ${problem}`),
    );
  }
  return new Map(
    Object.entries(result.data.operators ?? {}).map(([known, { role, password }]) => [
      known,
      { name: known, role, hash: password },
    ]),
  );
}

/**
 * Reads the users file.
 * @param path absolute or from the working directory
 * @throws {ConfigurationError} likewise, and where the file is missing or cannot be read
 */
export async function readOperators(path: string): Promise<ReadFile<Operators>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const problem =
      code === 'ENOENT'
        ? `there is no such users file. ${makeIt} makes it; or unset OPS_USERS_FILE.`
        : `the users file cannot be read (${code}). Make it a file that the service's user may read.`;
    throw new ConfigurationError([`${path}: ${problem}`], { cause });
  });
  return { content: parseOperators(text, path), files: [path] };
}

function explain(issue: z.core.$ZodIssue, yaml: YamlFile): { line: number; text: string }[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(issue.path.length === 0 ? file.shape : operator.shape);
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { line: yaml.locate(path).line, text: unknownKey(nameOf(path), key, known) };
    });
  }
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return [{ line: yaml.locate(issue.path).line, text: `${nameOf(issue.path)} ${message}` }];
}

/** A path in the file in a person's words: `operator anna: role`. */
function nameOf(path: readonly PropertyKey[]): string {
  const [root, who, ...field] = path.map((step) =>
    /^[\w.@-]+$/.test(String(step)) ? String(step) : JSON.stringify(String(step)),
  );
  if (root === undefined) return 'the file';
  if (root !== 'operators' || who === undefined) return root;
  return [`operator ${who}`, ...field].join(': ');
}
