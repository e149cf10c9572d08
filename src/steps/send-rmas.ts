import type { Merchant } from '../config/merchants.ts';
import { type MasonHubClient, masonHubClient, type RmaBatchAnswer } from '../masonhub/client.ts';
import { isSameRma } from '../masonhub/compare.ts';
import type { StepEvent } from '../returns/events.ts';
import { dueSteps, type RmaTask, rmaTask } from '../returns/lifecycle.ts';
import type { Return, Rma } from '../returns/return.ts';
import { lockReturns } from '../returns/store.ts';
import { advanceReturns, type StepContext } from './context.ts';
import { giveUpAfterLastTry } from './give-up.ts';
import type { StepHandler, StepJob, StepResult } from './queues.ts';

/** What is to be done in MasonHub for one return, and whether an earlier try may have done it already. */
interface Task {
  readonly task: Exclude<RmaTask, 'none'>;
  readonly rma: Rma;
  readonly doubtful: boolean;
}

/** What came of it: an event for the return, or a reason to try again. */
type Answer = { readonly event: StepEvent } | { readonly again: string };

/**
 * The step that makes MasonHub hold the RMAs that are wanted: up to 30 in one request, answers read
 * record by record. What the returns need is read afresh, so a job that comes twice does nothing twice.
 */
export function sendRmas(context: StepContext, merchant: Merchant): StepHandler {
  const client = masonHubClient(merchant, context.call);
  return async (jobs) => {
    const tasks = await takeTasks(context, merchant, jobs);
    const answers = new Map<string, Answer>();
    await adoptDoubtful(client, tasks, answers);
    for (const task of ['create', 'replace', 'delete'] as const) {
      const open = [...tasks.values()].filter((one) => one.task === task && !answers.has(one.rma.rmaNumber));
      if (open.length > 0)
        await send(
          client,
          task,
          open.map((one) => one.rma),
          answers,
        );
    }
    const happened = [...answers].flatMap(([loopReturnId, answer]) =>
      'event' in answer ? [{ loopReturnId, delivery: null, event: answer.event }] : [],
    );
    if (happened.length > 0) await advanceReturns(context, merchant, happened);
    const results = new Map(jobs.map((job) => [job.id, resultOf(answers.get(job.loopReturnId))]));
    return giveUpAfterLastTry(context, merchant, jobs, results);
  };
}

function resultOf(answer: Answer | undefined): StepResult {
  return answer !== undefined && 'again' in answer ? { kind: 'again', why: answer.again } : { kind: 'done' };
}

/** Reads what is due and notes, durably, what is about to go on the wire. */
async function takeTasks(
  context: StepContext,
  merchant: Merchant,
  jobs: readonly StepJob[],
): Promise<Map<string, Task>> {
  const ids = jobs.map((job) => job.loopReturnId);
  const tasks = new Map<string, Task>();
  const locked = await context.db
    .transaction()
    .execute((trx) => lockReturns(trx, merchant.slug, ids, context.now()));
  for (const [loopReturnId, { facts }] of locked) {
    const task = taskOf(facts);
    if (task !== null) tasks.set(loopReturnId, task);
  }
  const fresh = [...tasks].filter(([, { task, doubtful }]) => task !== 'delete' && !doubtful);
  if (fresh.length > 0) {
    const sent = fresh.map(([loopReturnId, { rma }]) => ({
      loopReturnId,
      delivery: null,
      event: { kind: 'rmaSent' as const, rma },
    }));
    await advanceReturns(context, merchant, sent);
  }
  return tasks;
}

function taskOf(facts: Return): Task | null {
  if (!dueSteps(facts).includes('rma')) return null;
  const task = rmaTask(facts);
  if (task === 'none') return null;
  if (task === 'delete') return facts.sent === null ? null : { task, rma: facts.sent, doubtful: false };
  if (facts.wanted?.kind !== 'rma') return null;
  return { task, rma: facts.wanted.rma, doubtful: task === 'create' && facts.sent !== null };
}

/** An RMA that was on the wire without an answer may be there already: MasonHub is asked before it is sent again. */
async function adoptDoubtful(
  client: MasonHubClient,
  tasks: ReadonlyMap<string, Task>,
  answers: Map<string, Answer>,
): Promise<void> {
  const doubtful = [...tasks.values()].filter((one) => one.doubtful).map((one) => one.rma);
  if (doubtful.length === 0) return;
  const found = await client.findRmas(doubtful.map((rma) => rma.rmaNumber));
  for (const rma of doubtful) {
    if (found.kind !== 'found') answers.set(rma.rmaNumber, { again: found.why });
    else if (found.rmas.some((record) => isSameRma(record, rma))) {
      answers.set(rma.rmaNumber, { event: { kind: 'rmaAccepted', rma, how: 'adopted' } });
    }
  }
}

/** Sends a batch. Where MasonHub refuses it whole, it is halved until the bad record stands alone. */
async function send(
  client: MasonHubClient,
  task: Task['task'],
  rmas: readonly Rma[],
  answers: Map<string, Answer>,
): Promise<void> {
  const answer = await request(client, task, rmas);
  if (answer.kind === 'whole-refused' && rmas.length > 1) {
    const half = Math.ceil(rmas.length / 2);
    await send(client, task, rmas.slice(0, half), answers);
    await send(client, task, rmas.slice(half), answers);
    return;
  }
  for (const rma of rmas) answers.set(rma.rmaNumber, await readOne(client, task, rma, answer));
}

function request(client: MasonHubClient, task: Task['task'], rmas: readonly Rma[]): Promise<RmaBatchAnswer> {
  switch (task) {
    case 'create':
      return client.createRmas(rmas);
    case 'replace':
      return client.replaceRmas(rmas);
    case 'delete':
      return client.deleteRmas(rmas.map((rma) => rma.rmaNumber));
  }
}

async function readOne(
  client: MasonHubClient,
  task: Task['task'],
  rma: Rma,
  answer: RmaBatchAnswer,
): Promise<Answer> {
  if (answer.kind === 'transient' || answer.kind === 'misconfigured') return { again: answer.why };
  if (answer.kind !== 'records') return refusal(task, answer.why);
  const record = answer.byNumber.get(rma.rmaNumber);
  if (record === undefined) return { again: 'MasonHub answered for the batch, but not for this RMA' };
  if (record.kind === 'accepted') return { event: doneEvent(task, rma) };
  return task === 'create' && record.taken ? adoptTaken(client, rma, record.why) : refusal(task, record.why);
}

function doneEvent(task: Task['task'], rma: Rma): StepEvent {
  switch (task) {
    case 'create':
      return { kind: 'rmaAccepted', rma, how: 'created' };
    case 'replace':
      return { kind: 'rmaAccepted', rma, how: 'replaced' };
    case 'delete':
      return { kind: 'rmaDeleted' };
  }
}

/** The number is taken: by an earlier try of ours, or by somebody else's RMA. */
async function adoptTaken(client: MasonHubClient, rma: Rma, why: string): Promise<Answer> {
  const found = await client.findRmas([rma.rmaNumber]);
  if (found.kind !== 'found') return { again: found.why };
  if (found.rmas.some((record) => isSameRma(record, rma))) {
    return { event: { kind: 'rmaAccepted', rma, how: 'adopted' } };
  }
  const explained = `MasonHub already has an RMA with the number ${rma.rmaNumber}, and it is not what this return asks for (${why}). Compare the two in MasonHub, correct or delete the one there, then retry.`;
  return { event: { kind: 'rmaRefused', why: explained } };
}

function refusal(task: Task['task'], why: string): Answer {
  const verb = { create: 'open', replace: 'change', delete: 'delete' }[task];
  const explained = `MasonHub would not ${verb} the RMA: ${why}. Correct the cause (a SKU must exist in MasonHub's catalogue), then retry.`;
  return { event: { kind: 'rmaRefused', why: explained } };
}
