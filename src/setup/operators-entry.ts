import { isMap, parseDocument } from 'yaml';
import { ConfigurationError } from '../config/errors.ts';
import { nearest } from '../config/nearest.ts';
import type { Operator } from '../operators/operator.ts';
import { parseOperators } from '../operators/operators-file.ts';

/** What is to be done to the text of a users file; null where there is no file yet. */
export interface UsersText {
  readonly text: string | null;
  readonly file: string;
}

const newFile = `# Who may sign in to the console by name. npm run operators -- add NAME writes an entry.
# role: view sees everything, act may also retry and replay. password: a hash, never the password itself.

`;

/**
 * The text with one more operator; comments stay.
 * @throws {ConfigurationError} where the name is taken, or the file is wrong
 */
export function withOperator(users: UsersText, { name, role, hash }: Operator): string {
  if (operatorsIn(users).has(name)) {
    throw new ConfigurationError([
      `${users.file}: the operator ${name} is there already. npm run operators -- passwd ${name} changes the password; the role is in the file.`,
    ]);
  }
  return edited(users, (document) => document.setIn(['operators', name], { role, password: hash }));
}

/** @throws {ConfigurationError} where there is no such operator, or the file is wrong; likewise below */
export function withPassword(users: UsersText, name: string, hash: string): string {
  requireOperator(users, name);
  return edited(users, (document) => document.setIn(['operators', name, 'password'], hash));
}

export function withoutOperator(users: UsersText, name: string): string {
  requireOperator(users, name);
  return edited(users, (document) => document.deleteIn(['operators', name]));
}

/** @throws {ConfigurationError} where the file is wrong */
export function operatorsIn({ text, file }: UsersText) {
  return text === null ? new Map<string, Operator>() : parseOperators(text, file);
}

/** @throws {ConfigurationError} naming the nearest operator that is there */
export function requireOperator(users: UsersText, name: string): void {
  const known = operatorsIn(users);
  if (known.has(name)) return;
  const near = nearest(name, [...known.keys()]);
  const hint = near === undefined ? 'There are none yet.' : `The nearest is ${near}.`;
  throw new ConfigurationError([
    `${users.file}: there is no operator ${name}. ${hint} npm run operators -- add ${name} adds one.`,
  ]);
}

function edited({ text }: UsersText, edit: (document: ReturnType<typeof parseDocument>) => void): string {
  // As the service reads it: `123:` is a name, and no number.
  const document = parseDocument(text ?? `${newFile}operators: {}\n`, { stringKeys: true });
  // An empty value, or `{}`, is laid out like the entries that come into it.
  if (!isMap(document.get('operators', true))) document.set('operators', document.createNode({}));
  edit(document);
  const operators = document.get('operators', true);
  if (isMap(operators)) operators.flow = operators.items.length === 0;
  return document.toString({ lineWidth: 0 });
}
