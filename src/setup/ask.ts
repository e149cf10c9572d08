import * as prompts from '@clack/prompts';
import type { Outside } from './terminal.ts';

type Terminal = Pick<Outside, 'input' | 'output'>;

/** The person pressed Ctrl-C or Escape at a question. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export function canPrompt({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** @throws {Cancelled} likewise below */
export async function confirm(
  { input, output }: Terminal,
  message: string,
  initial: boolean,
): Promise<boolean> {
  return answered(await prompts.confirm({ message, initialValue: initial, input, output }));
}

/**
 * @param proposal what Enter takes
 * @param problemOf why an answer cannot be taken; null where it can
 */
export async function text(
  { input, output }: Terminal,
  message: string,
  proposal: string,
  problemOf: (answer: string) => string | null,
): Promise<string> {
  const answer = await prompts.text({
    message,
    placeholder: proposal,
    defaultValue: proposal,
    validate: (given) => problemOf(given || proposal) ?? undefined,
    input,
    output,
  });
  return answered(answer);
}

/** A secret, which is not shown as it is typed. */
export async function secret(
  { input, output }: Terminal,
  message: string,
  problemOf: (answer: string) => string | null,
): Promise<string> {
  const validate = (given: string | undefined) => problemOf(given ?? '') ?? undefined;
  return answered(await prompts.password({ message, validate, input, output }));
}

/** Any number of the choices, also none. */
export async function several(
  { input, output }: Terminal,
  message: string,
  choices: readonly { readonly value: string; readonly label: string }[],
): Promise<string[]> {
  return answered(
    await prompts.multiselect({ message, options: [...choices], required: false, input, output }),
  );
}

/** The library answers with a symbol, its only one, where the question was cancelled. */
function answered<Value>(answer: Value): Exclude<Value, symbol> {
  if (!isAnswer(answer)) throw new Cancelled('Cancelled.');
  return answer;
}

function isAnswer<Value>(answer: Value): answer is Exclude<Value, symbol> {
  return !prompts.isCancel(answer);
}
