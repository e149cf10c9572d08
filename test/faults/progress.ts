import { sum, type Tally } from './tally.ts';

const plainEverySeconds = 5;

/** Shows how far a run is: one line that changes on a terminal, else a line every few seconds. */
export function showProgress(output: NodeJS.WriteStream, returns: number) {
  let lastPlain = 0;
  return {
    show: (tally: Tally, seconds: number) => {
      const { fast, immediate } = tally.databaseStops;
      const line = [
        `${seconds.toFixed(0).padStart(3)} s`,
        `${tally.created} of ${returns} returns created`,
        `${tally.ended} ended`,
        `${tally.kills} kills`,
        `${fast + immediate} database stops`,
        `${sum(tally.faults)} faults`,
      ].join('   ');
      if (output.isTTY) {
        output.write(`\r${line}\u001b[K`);
      } else if (seconds - lastPlain >= plainEverySeconds) {
        lastPlain = seconds;
        output.write(`${line}\n`);
      }
    },
    end: () => void output.write(output.isTTY ? '\r\u001b[K' : '\n'),
  };
}
