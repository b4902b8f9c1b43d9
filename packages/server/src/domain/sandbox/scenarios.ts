/**
 * Scenarios: scripts of what happens to an order and what is said in it, played on the retailer's clock. `real`
 * waits for that clock, even if a request moves it; `fast` plays everything at once and advances the clock by the
 * script's waits; `step` does the same one step at a time. Running scenarios are kept in memory: when the process
 * ends, the order stays as it is.
 *
 * With the same seed and the same answers from the customer, a scenario says the same texts in the same order.
 */
import { errors, limits, parameterProblems, type ScenarioPace } from '@aislechat/contract';
import type { OrderReference, OrderRow } from '../../storage/store.ts';
import { type Caller, system } from '../access/access.ts';
import { newClientId } from '../access/secrets.ts';
import { Backoff } from '../backoff.ts';
import { boundedCache } from '../bounded-cache.ts';
import { retailerNow } from '../clock.ts';
import type { Context } from '../context.ts';
import { InvalidParameters, Refusal } from '../errors.ts';
import { createOrder } from '../orders/fulfillment.ts';
import { isOver } from '../orders/states.ts';
import { createUser } from '../people/users.ts';
import { moveClock } from '../retailers/retailers.ts';
import { hasCustomerWritten, play, seeAll } from './play.ts';
import type { Scenario } from './scenario.ts';
import { assertScript, durationMs, type ScenarioScript } from './script.ts';

export interface ScenarioInput {
  /** The name of a built-in scenario; otherwise a script is given. */
  name?: string;
  script?: ScenarioScript;
  pace: ScenarioPace;
  seed: number;
  /** An existing order; a new one is created if none is given. */
  order: OrderReference | undefined;
  /** How many steps were done before; 0 by default. */
  position?: number;
}

/** For a repeating scenario, only the latest are kept. */
const maxDone = 1000;
/** Retailers whose ended scenarios are kept. */
const maxRetailersRemembered = 1000;
const customers = ['Noor', 'Ada', 'Mateo', 'Lea'];
const defaultItems = [{ name: 'Ripe avocados', upc: '000111222333' }];

export class Scenarios {
  readonly #context: Context;
  readonly #ready: (name: string) => Promise<ScenarioScript | undefined>;
  /** Running scenarios by retailer and ID; an entry is removed only when its scenario ends. */
  readonly #running = new Map<number, Map<number, Scenario>>();
  /** The scenarios that ended last, oldest first, for look-up. */
  readonly #ended = boundedCache<number, Scenario[]>(maxRetailersRemembered);
  /** Scenarios that follow the clock. */
  readonly #following = new Set<Scenario>();
  readonly #backoff = new Backoff({ firstMs: 250, longestMs: 10_000 });
  #lastId = 0;

  constructor(context: Context, ready: (name: string) => Promise<ScenarioScript | undefined>) {
    this.#context = context;
    this.#ready = ready;
  }

  /** @throws Refusal @throws InvalidParameters */
  async start(caller: Caller, input: ScenarioInput): Promise<Scenario> {
    const script = input.script ?? (await this.#ready(input.name!));
    if (!script) throw new InvalidParameters({ key: 'name', problem: 'inclusion' });
    assertScript(script, 'script');
    if (script.repeat_from !== undefined && input.pace === 'fast') {
      throw new InvalidParameters({ key: 'pace', problem: 'invalid' });
    }
    const known = input.order && (await this.#find(caller.retailer.id, input.order));
    // A repeating scenario waits for the order to become active again.
    if (known && isOver(known.workflowState) && script.repeat_from === undefined) {
      throw new InvalidParameters({ key: 'order_id', problem: 'invalid' });
    }
    this.#assertRoom(caller.retailer.id);
    const name = script.name ?? 'scenario';
    const order = known ?? (await this.#newOrder(caller, name, script, input.seed));
    const { customer } = await this.#context.store.read.conversation(order.retailerId, order.id, {
      messages: false,
      lifecycleMessages: false,
    });
    const scenario: Scenario = {
      id: ++this.#lastId,
      retailerId: order.retailerId,
      applicationId: caller.applicationId,
      name,
      script,
      pace: input.pace,
      seed: input.seed,
      orderId: order.id,
      orderExternalId: order.externalId,
      customer: customer.firstName,
      shoppers: new Map(),
      state: 'running',
      position: input.position ?? 0,
      dueAt: undefined,
      seenSeq: order.seq,
      done: [],
      playing: Promise.resolve(),
    };
    // Others may have started in the meantime.
    this.#assertRoom(scenario.retailerId);
    const running = this.#running.get(scenario.retailerId) ?? new Map();
    this.#running.set(scenario.retailerId, running.set(scenario.id, scenario));
    if (scenario.pace === 'fast') await this.#playAtOnce(scenario);
    if (scenario.pace === 'real') {
      this.#following.add(scenario);
      await this.#playAll(scenario, false);
    }
    return scenario;
  }

  /** @throws Refusal */
  find(caller: Caller, id: number | undefined): Scenario {
    const { id: retailerId } = caller.retailer;
    const scenario =
      id === undefined
        ? undefined
        : (this.#running.get(retailerId)?.get(id) ??
          this.#ended.get(retailerId)?.find((ended) => ended.id === id));
    if (!scenario) throw new Refusal('resource_not_found');
    return scenario;
  }

  /** Ends a scenario, however much of it is left, and forgets it. @throws Refusal */
  end(caller: Caller, id: number | undefined): void {
    const scenario = this.find(caller, id);
    if (scenario.state === 'running') scenario.state = 'finished';
    this.#forget(scenario);
    const ended = this.#ended.get(scenario.retailerId) ?? [];
    const others = ended.filter((other) => other !== scenario);
    if (others.length === 0) this.#ended.delete(scenario.retailerId);
    else this.#ended.set(scenario.retailerId, others);
  }

  /** Plays the next step now, whatever wait the script asks for. @throws Refusal */
  async step(caller: Caller, id: number | undefined): Promise<Scenario> {
    const scenario = this.find(caller, id);
    await this.#inTurn(scenario, () => this.#playNext(scenario, true));
    return scenario;
  }

  /** Whether any scenario is following the clock, of one retailer or of all. */
  hasFollowing(retailerId?: number): boolean {
    if (retailerId === undefined) return this.#following.size > 0;
    return [...(this.#running.get(retailerId)?.values() ?? [])].some((one) => this.#following.has(one));
  }

  /**
   * Plays all due steps concurrently: a step that fails or takes long does not hold up the others.
   * @param only of these retailers; omit for all
   * @param failed called with each error
   */
  async playDue(failed: (error: unknown) => void, only?: ReadonlySet<number>): Promise<void> {
    const due = [...this.#following].filter(
      (scenario) => (only?.has(scenario.retailerId) ?? true) && this.#backoff.isDue(String(scenario.id)),
    );
    await Promise.all(
      due.map(async (scenario) => {
        const key = String(scenario.id);
        try {
          await this.#playAll(scenario, false);
          this.#backoff.succeeded(key);
        } catch (error) {
          this.#backoff.failed(key);
          failed(error);
        }
      }),
    );
  }

  /** @throws Refusal */
  #assertRoom(retailerId: number): void {
    if ((this.#running.get(retailerId)?.size ?? 0) >= limits.runningScenarios) {
      throw new Refusal('limit_reached', 'running scenarios');
    }
  }

  /** Plays a `fast` scenario to its end. If it fails, it is dropped, because no later round resumes it. */
  async #playAtOnce(scenario: Scenario): Promise<void> {
    try {
      await this.#playAll(scenario, true);
    } finally {
      if (scenario.state === 'running') this.#forget(scenario);
    }
  }

  /** Moves a scenario from running to ended, where it can be looked up for a while. */
  #retire(scenario: Scenario): void {
    if (!this.#running.get(scenario.retailerId)?.has(scenario.id)) return;
    this.#forget(scenario);
    const ended = this.#ended.get(scenario.retailerId) ?? [];
    this.#ended.set(scenario.retailerId, [...ended, scenario].slice(-limits.endedScenarios));
  }

  #forget({ retailerId, id }: Scenario): void {
    const running = this.#running.get(retailerId);
    const scenario = running?.get(id);
    if (!running || !scenario) return;
    running.delete(id);
    this.#following.delete(scenario);
    if (running.size === 0) this.#running.delete(retailerId);
  }

  #playAll(scenario: Scenario, movesClock: boolean): Promise<void> {
    return this.#inTurn(scenario, async () => {
      while (await this.#playNext(scenario, movesClock));
    });
  }

  #inTurn<T>(scenario: Scenario, work: () => Promise<T>): Promise<T> {
    const result = scenario.playing.then(work).finally(() => {
      if (scenario.state !== 'running') this.#retire(scenario);
    });
    scenario.playing = result.catch(() => {});
    return result;
  }

  /**
   * @param movesClock whether to advance the clock by the step's wait; otherwise the step is played once it is due
   * @returns whether a step was played and there is another
   */
  async #playNext(scenario: Scenario, movesClock: boolean): Promise<boolean> {
    const { store, clock, access } = this.#context;
    const step = scenario.script.steps[scenario.position];
    if (!step || scenario.state !== 'running') return false;
    try {
      const caller = await this.#callerOf(scenario);
      const now = retailerNow(clock, caller.retailer);
      const wait = step.wait ?? step.await_customer?.within;
      const isOverEarly = step.await_customer && (await hasCustomerWritten(this.#context, scenario));
      if (wait !== undefined && !isOverEarly) {
        scenario.dueAt ??= now + durationMs(wait);
        if (now < scenario.dueAt) {
          if (!movesClock) return false;
          const advanceMs = scenario.dueAt - now;
          await moveClock(store, clock, scenario.retailerId, { advanceMs });
        }
      }
      if (isOverEarly === false && wait === undefined && !movesClock) return false;
      const played = await play(this.#context, await this.#callerOf(scenario), scenario, step);
      const at = retailerNow(clock, await access.retailer(scenario.retailerId));
      for (const entry of played) scenario.done.push({ step: scenario.position + 1, at, ...entry });
    } catch (error) {
      const message = messageOf(error);
      // The database was unavailable: the same step is retried.
      if (message === undefined) throw error;
      const isRepeated = scenario.position + 1 >= (scenario.script.repeat_from ?? Number.POSITIVE_INFINITY);
      if (!isRepeated) {
        scenario.state = 'failed';
        scenario.problem = { step: scenario.position + 1, message };
        return false;
      }
      // The chat is closed or the order has no shopper: what was written gets no answer.
      await seeAll(this.#context, scenario);
      scenario.position = scenario.script.steps.length - 1;
    }
    scenario.done.splice(0, scenario.done.length - maxDone);
    scenario.dueAt = undefined;
    scenario.position += 1;
    if (scenario.position === scenario.script.steps.length) {
      if (scenario.script.repeat_from === undefined) scenario.state = 'finished';
      else scenario.position = scenario.script.repeat_from - 1;
    }
    return scenario.state === 'running';
  }

  /** Reads the retailer again: its clock and settings may have changed. */
  async #callerOf({ retailerId, applicationId }: Scenario): Promise<Caller> {
    return system(await this.#context.access.retailer(retailerId), applicationId);
  }

  /** @throws Refusal */
  async #find(retailerId: number, reference: OrderReference): Promise<OrderRow> {
    const order = await this.#context.store.read.orders.find(retailerId, reference);
    if (!order) throw new Refusal('resource_not_found');
    return order;
  }

  async #newOrder(caller: Caller, name: string, script: ScenarioScript, seed: number): Promise<OrderRow> {
    const suffix = newClientId().slice(0, 8);
    const userId = `${name}-customer-${suffix}`;
    await createUser(this.#context, caller, {
      externalId: userId,
      firstName: script.customer ?? customers[seed % customers.length]!,
      lastName: null,
      phoneNumber: null,
      locale: null,
    });
    const { order } = await createOrder(this.#context, caller, userId, {
      externalId: `${name}-${suffix}`,
      fulfillmentType: script.order ?? 'delivery',
      fulfillmentVersion: 3,
      storeLocation: '12',
      items: (script.items ?? defaultItems).map((item, n) => ({
        line_num: String(n + 1),
        count: 1,
        item,
        replacement_policy: 'users_choice',
      })),
    });
    return order;
  }
}

/** Why a rule refused the step; undefined for any other error. */
function messageOf(error: unknown): string | undefined {
  if (error instanceof Refusal) return errors[error.reason].message.replace('%s', () => error.subject);
  if (!(error instanceof InvalidParameters)) return undefined;
  const [{ key, problem, limit }] = error.problems;
  return `${key} ${parameterProblems[problem].replace('%d', String(limit))}`;
}
