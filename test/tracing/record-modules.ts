import { registerHooks } from 'node:module';

/** Preloaded into a process, it says on the standard error which modules of OpenTelemetry are loaded. */
registerHooks({
  load: (url, context, nextLoad) => {
    const name = /\/node_modules\/(@opentelemetry\/[^/]+|@fastify\/otel)\/(?!.*node_modules)/.exec(url)?.[1];
    if (name !== undefined) process.stderr.write(`loads ${name}\n`);
    return nextLoad(url, context);
  },
});
