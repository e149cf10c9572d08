import { noTracing, type Tracing } from './tracing.ts';

/**
 * Whether the standard variables of OpenTelemetry ask for traces: they name where to send them, or an exporter
 * ("OpenTelemetry Environment Variable Specification").
 */
export function asksForTraces(env: NodeJS.ProcessEnv): boolean {
  const of = (name: string) => env[name]?.trim() ?? '';
  if (of('OTEL_SDK_DISABLED').toLowerCase() === 'true') return false;
  const exporter = of('OTEL_TRACES_EXPORTER');
  if (exporter !== '') return exporter !== 'none';
  return of('OTEL_EXPORTER_OTLP_ENDPOINT') !== '' || of('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== '';
}

/**
 * Starts tracing where the environment asks for it; nothing of OpenTelemetry is loaded otherwise. It has to be
 * called before anything loads `pg`, whose functions it wraps as they are required.
 */
export async function startTracing(env: NodeJS.ProcessEnv): Promise<Tracing> {
  if (!asksForTraces(env)) return noTracing;
  const { startOpenTelemetry } = await import('./opentelemetry.ts');
  return startOpenTelemetry(env);
}
