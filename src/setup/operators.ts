import { text as textOf } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../config/errors.ts';
import { nearest } from '../config/nearest.ts';
import { nameRule, operatorName, type Role, roles } from '../operators/operator.ts';
import { longestPassword, shortestPassword } from '../operators/password.ts';
import { canPrompt, secret } from './ask.ts';
import { UsageError } from './commands.ts';
import { type EditedFile, readIfThere, writeWhole } from './files.ts';
import {
  operatorsIn,
  requireOperator,
  type UsersText,
  withOperator,
  withoutOperator,
  withPassword,
} from './operators-entry.ts';
import { type Outside, terminalFor } from './terminal.ts';

/** What these commands need from outside. */
interface Desk extends Pick<Outside, 'env' | 'input' | 'output'> {
  /** Makes a password's hash; see `hashPassword`. */
  readonly hash: (password: string) => Promise<string>;
}

export const operatorsHelp = `Keeps the file of those who may sign in to the console by name. The setting
OPS_USERS_FILE says where it is.

  npm run operators -- <command> [name] [options]

  add <name>        asks for a password and adds an operator
    --role <role>         view sees everything (unless given), act may also
                          retry and replay
  passwd <name>     asks for a new password; sessions with the old one end
  remove <name>     takes an operator out; their sessions end
  list              shows the operators and their roles

The password is read from the standard input where that is no terminal.
`;

const commands = ['add', 'list', 'remove', 'passwd'] as const;
const seeHelp = 'See npm run operators -- --help';
/** For the one who runs the service alone. */
const ownerOnly = 0o600;

/**
 * Runs one command.
 * @returns the exit status
 * @throws {ConfigurationError | UsageError} what a person has to mend first, in words for them
 */
export async function runOperators(args: readonly string[], desk: Desk): Promise<number> {
  const { values, positionals } = parse(args);
  const [word, name, ...more] = positionals;
  if (values.help === true || word === undefined) {
    desk.output.write(operatorsHelp);
    return values.help === true ? 0 : 2;
  }
  const command = commands.find((known) => known === word);
  if (command === undefined) {
    throw new UsageError(`${word} is not a command; the nearest is ${nearest(word, commands)}. ${seeHelp}`);
  }
  if (values.role !== undefined && command !== 'add') {
    throw new UsageError(`${command} takes no --role. ${seeHelp}`);
  }
  if (more.length > 0) throw new UsageError(`${command} takes one operator at a time. ${seeHelp}`);
  const file = usersFile(desk.env);
  if (command === 'list') {
    if (name !== undefined) throw new UsageError(`list takes no name. ${seeHelp}`);
    return list(desk, file);
  }
  if (name === undefined) {
    throw new UsageError(`${command} needs an operator's name: npm run operators -- ${command} anna`);
  }
  switch (command) {
    case 'add':
      return add(desk, file, name, roleFrom(values.role));
    case 'passwd':
      return changePassword(desk, file, name);
    case 'remove':
      return remove(desk, file, name);
  }
}

async function add(desk: Desk, file: EditedFile, name: string, role: Role): Promise<number> {
  if (!operatorName.test(name)) {
    throw new ConfigurationError([`the name: is not an operator's name. Use ${nameRule}.`]);
  }
  // Said before any question: whether there is a place for the entry does not hang on the answer.
  withOperator(await usersIn(file), { name, role, hash: '' });
  const hash = await desk.hash(await askPassword(desk, name));
  const users = await usersIn(file);
  await writeWhole(file, withOperator(users, { name, role, hash }), users.text !== null, ownerOnly);
  const what = role === 'act' ? 'sees everything and may act' : 'sees everything, and may not act';
  terminalFor(desk).tell(`${name} is in ${file.path}: ${what}. ${takenUp}`);
  return 0;
}

async function changePassword(desk: Desk, file: EditedFile, name: string): Promise<number> {
  requireOperator(await usersIn(file), name);
  const hash = await desk.hash(await askPassword(desk, name));
  await writeWhole(file, withPassword(await usersIn(file), name, hash), true, ownerOnly);
  terminalFor(desk).tell(`${name} has a new password. ${takenUp} Sessions with the old one end then.`);
  return 0;
}

async function remove(desk: Desk, file: EditedFile, name: string): Promise<number> {
  await writeWhole(file, withoutOperator(await usersIn(file), name), true, ownerOnly);
  terminalFor(desk).tell(
    `${name} is no longer in ${file.path}. ${takenUp} The sessions of ${name} end then.`,
  );
  return 0;
}

/** As it is at this moment: somebody else may change it while a question waits for its answer. */
async function usersIn(file: EditedFile): Promise<UsersText> {
  return { text: await readIfThere(file), file: file.path };
}

const takenUp = 'A service that runs takes it up within some seconds.';

async function list(desk: Desk, file: EditedFile): Promise<number> {
  const operators = operatorsIn(await usersIn(file));
  const { say, tell } = terminalFor(desk);
  if (operators.size === 0) tell(`${file.path} has no operators yet: npm run operators -- add anna`);
  const width = Math.max(...[...operators.keys()].map((name) => name.length));
  for (const { name, role } of operators.values()) say(`${name.padEnd(width)}  ${role}`);
  return 0;
}

/** Twice on a terminal, as nobody sees what they type; else the standard input's first line. */
async function askPassword(desk: Desk, name: string): Promise<string> {
  if (canPrompt(desk)) {
    const first = await secret(desk, `A password for ${name}?`, passwordProblem);
    const isSame = (again: string) => (again === first ? null : 'It is not the same. Type it once more.');
    return secret(desk, 'Once more?', isSame);
  }
  const [line = ''] = (await textOf(desk.input)).split(/\r?\n/, 1);
  const problem = passwordProblem(line);
  if (problem !== null) throw new ConfigurationError([`the standard input: ${problem}`]);
  return line;
}

function passwordProblem(password: string): string | null {
  if (password.length < shortestPassword) {
    return `a password has at least ${shortestPassword} characters. Several words make a good one.`;
  }
  return password.length > longestPassword ? `a password has at most ${longestPassword} characters.` : null;
}

function usersFile(env: NodeJS.ProcessEnv): EditedFile {
  const path = env['OPS_USERS_FILE'] ?? '';
  if (path !== '') return { path, name: 'users file', setting: 'OPS_USERS_FILE' };
  throw new ConfigurationError([
    'OPS_USERS_FILE: is not set. Set it to where the file of the operators is to be, such as operators.yaml, here and for the service.',
  ]);
}

function roleFrom(given: string | undefined): Role {
  const role = roles.find((known) => known === (given ?? 'view'));
  if (role !== undefined) return role;
  throw new UsageError(`--role: is not a role. Give one of ${roles.join(', ')}. ${seeHelp}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { help: { type: 'boolean', short: 'h' }, role: { type: 'string' } },
      allowPositionals: true,
    });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      throw new UsageError(`${error.message.split('\n', 1)[0]} ${seeHelp}`);
    }
    throw error;
  }
}
