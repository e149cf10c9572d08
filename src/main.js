import { enableCompileCache } from 'node:module';

// Before there is anything to stop, a stop is at once.
const stopAtOnce = () => process.exit(0);
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stopAtOnce);
// What an earlier start has compiled need not be compiled again; it saves time and memory. It has to be on
// before the rest is read, and where nothing can be written, Node goes on without. This one file is
// JavaScript: as TypeScript it would have Node load a parser for it alone, and keep that, 17 MB.
enableCompileCache();
const args = process.argv.slice(2);
if (args.length > 0) {
  const { answerArguments } = await import('./arguments.ts');
  const { text, status } = answerArguments(args);
  console[status === 0 ? 'log' : 'error'](text);
  process.exitCode = status;
} else {
  // It has to be there before what it traces is read.
  const { startTracing } = await import('./tracing/start.ts');
  const tracing = await startTracing(process.env);
  const { run } = await import('./process.ts');
  await run(tracing, () => {
    for (const signal of ['SIGTERM', 'SIGINT']) process.off(signal, stopAtOnce);
  });
}
