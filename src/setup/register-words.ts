import { shownUrl } from '../vendors/addresses.ts';
import { describeWebhook, type WebhookStep, webhookPath } from '../vendors/loop/registration.ts';
import { CALLBACK_VERSION, MESSAGE_TYPE } from '../vendors/masonhub/callbacks-api.ts';
import { callbackPath } from '../vendors/masonhub/registration.ts';
import type { Plan } from './register-plan.ts';
import { type Paint, WIDTH, wrap } from './screen.ts';
import { printable } from './terminal.ts';

/** The plan as a person reads it before saying yes. */
export function planLines({ loop, masonhub }: Plan, slug: string, publicUrl: string, paint: Paint): string[] {
  const triggers = Math.max(...loop.steps.map((step) => step.wanted.trigger.length), 0);
  const loopLines = loop.steps.flatMap((step) => [
    `  ${paint('green', '+')} ${step.wanted.trigger.padEnd(triggers)}  ${stepWords(step)}`,
    ...(step.kind === 'move' ? [`    from ${printable(shownUrl(step.from))}`] : []),
  ]);
  const masonhubLines =
    masonhub.register === null
      ? []
      : [`  ${paint('green', '+')} ${MESSAGE_TYPE}, version ${CALLBACK_VERSION}  (${masonhub.register})`];
  const left = [
    ...loop.left.map((webhook) => `Loop: ${describeWebhook(webhook)}`),
    ...masonhub.left.map((callback) => `MasonHub: ${MESSAGE_TYPE} to ${shownUrl(callback.url)}`),
  ].map((line) => `  ${printable(line)}`);
  return [
    ...section(`Loop, to ${publicUrl}${webhookPath(slug)}`, loopLines, paint),
    ...section(`MasonHub, to ${publicUrl}${callbackPath(slug)}`, masonhubLines, paint),
    ...(left.length === 0 ? [] : [paint('bold', 'Left as they are'), ...left]),
  ];
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return [paint('bold', title), ...(lines.length === 0 ? ['  nothing is to be done'] : lines)];
}

function stepWords(step: WebhookStep): string {
  const state = step.wanted.active ? 'active' : 'inactive';
  switch (step.kind) {
    case 'create':
      return `create, ${state}`;
    case 'activate':
      return 'activate';
    case 'move':
      return `move here, ${state}`;
  }
}

/** What is left to do where the webhooks are registered and their secret is not known here. */
export function secretWords(slug: string, variable: string, paint: Paint): string[] {
  const text = `Registered, but inactive: the service does not know yet what Loop signs with. Loop's API does not show that secret. Read it in Loop's admin, under Developer tools, and set ${variable} to it. Then run this again, and the webhooks are activated:`;
  return [...wrap(text, WIDTH), '', paint('bold', `  npm run merchants -- register ${slug}`)];
}
