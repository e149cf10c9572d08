import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { z } from 'zod';
import type { MakeCall } from '../../src/outbound/call.ts';
import { check } from '../../src/setup/check.ts';
import { register } from '../../src/setup/register.ts';
import { temporaryFolder } from '../support/process.ts';
import type { SetUp } from './corpus.ts';

export interface RanSetUp {
  readonly status: number;
  readonly output: string;
  /** What it found wrong, or worth knowing. */
  readonly findings: string;
}

export interface SetUpRun {
  readonly command: SetUp['command'];
  readonly publicUrl: string;
  /** The entry of the merchant `acme` in the merchants file. */
  readonly entry: unknown;
}

/** Runs a set-up command in this process. */
export async function runSetUp({ command, publicUrl, entry }: SetUpRun, call: MakeCall): Promise<RanSetUp> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'merchants.yaml');
  await writeFile(file, JSON.stringify({ merchants: { acme: entry } }));
  let output = '';
  const outside = {
    env: { MERCHANTS_FILE: file, PUBLIC_URL: publicUrl },
    input: new PassThrough(),
    output: new Writable({
      write: (chunk, _encoding, done) => {
        output += z.instanceof(Buffer).parse(chunk).toString();
        done();
      },
    }),
    call,
    now: () => new Date(),
  };
  const status =
    command === 'check'
      ? await check(outside, 'acme')
      : await register(outside, 'acme', { yes: true, newToken: false });
  return { status, output, findings: findingsIn(output) };
}

/** The lines under a ✗ or a !, with what is indented below them. */
function findingsIn(output: string): string {
  const found = output.match(/^ {2}[✗!] .*(?:\n {4}.*)*/gmu) ?? [];
  return found.join('\n');
}
