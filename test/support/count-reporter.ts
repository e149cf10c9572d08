import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one plain line, its counts taken from the run: `12 passed, 0 failed`. */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string) => states.filter((one) => one === state).length;
    // A file that cannot be loaded, and an error outside any test, have no test of their own to fail.
    const broken = modules.filter(
      (module) => module.state() === 'failed' && [...module.children.allTests('failed')].length === 0,
    );
    const skipped = count('skipped') + count('pending');
    const parts = [
      `${count('passed')} passed`,
      `${count('failed') + broken.length + errors.length} failed`,
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ];
    // After the default reporter's own summary, which is written in the same event.
    process.on('exit', () => process.stdout.write(`${parts.join(', ')}\n`));
  }
}
