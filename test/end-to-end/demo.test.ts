import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differences, type End, type Found } from '../../src/stand-ins/demo/check.ts';

const demo = fileURLToPath(new URL('../../src/stand-ins/demo/main.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the demo as a person would, its output not a terminal. */
function run(): Promise<{ code: number; output: string; errors: string }> {
  const { FORCE_COLOR: _colour, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [demo], { cwd: folder, env, timeout: 170_000 }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output, errors });
    });
  });
}

describe('the demo', () => {
  it('shows every return to an end that is as it should be, in plain lines of 80 columns', async () => {
    const { code, output, errors } = await run();
    expect({ code, errors }, output).toEqual({ code: 0, errors: '' });
    const lines = output.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(output).not.toContain('\u001b');
    expect(output.replaceAll('\n', ' ')).toContain('All as they should be.');
    const mentioned = (id: string) => lines.filter((line) => line.includes(id)).length;
    expect(mentioned('99904601')).toBeGreaterThan(1);
    expect(await readdir(folder)).toEqual([]);
  }, 180_000);
});

describe("the demo's check", () => {
  const end: End = {
    status: 'flagged',
    refunds: 0,
    flags: 1,
    notes: [['1 × TEE', 'damaged']],
    loop: 'review',
    rma: 'received',
    asked: { TEE: 1, HAT: 2 },
  };
  const found: Found = { ...end, notes: ['Seen: 1 × TEE Damaged.'], asked: { HAT: 2, TEE: 1 } };

  it('finds nothing wrong with an end that is as expected', () => {
    expect(differences(end, found)).toEqual([]);
  });

  it.each<[string, Partial<Found>]>([
    ['the status', { status: 'processed' }],
    ['refund', { refunds: 1 }],
    ['flags', { flags: 2 }],
    ['flags', { flags: 0 }],
    ['notes', { notes: [] }],
    ['notes', { notes: ['1 × TEE damaged', '1 × TEE damaged'] }],
    ['notes', { notes: ['1 × TEE missing'] }],
    ['return in Loop', { loop: 'open' }],
    ['RMA in MasonHub', { rma: 'none' }],
    ['units', { asked: { TEE: 1, HAT: 1 } }],
  ])('names %s where that is otherwise: %j', (what, change) => {
    expect(differences(end, { ...found, ...change })).toEqual([expect.stringContaining(what)]);
  });
});
