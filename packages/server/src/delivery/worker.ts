/**
 * Delivers the callbacks in the outbox. Each endpoint has its own lane with a limited number of connections, so a
 * receiver that hangs does not hold up the others. A due callback is claimed in the database, which counts as an
 * attempt, then sent and settled. The process that commits an event sends it at once; in addition, every process
 * looks for due, unclaimed callbacks once a second.
 *
 * If a process dies, its claims are released when its counter in `leases` has stood still (where several processes
 * share the database) or at the next start (where one process owns it). The callbacks are then resent with the same
 * ID.
 */
import { type AttemptResult, isTaken } from '../domain/callbacks/callbacks.ts';
import { settle } from '../domain/callbacks/deliveries.ts';
import { retailerNow } from '../domain/clock.ts';
import type { Context } from '../domain/context.ts';
import { callbackClaims } from '../domain/presence.ts';
import {
  type CallbackDeliveryRow,
  type CallbackEndpointRow,
  type Change,
  isRevocation,
} from '../storage/store.ts';
import type { Log } from '../wiring/log.ts';
import { OutboxRounds } from './outbox-rounds.ts';
import { untilSettled } from './settling.ts';

/** Orders of one endpoint whose callbacks are sent concurrently. */
const slotsPerLane = 16;
/**
 * Callbacks of one retailer sent concurrently. Each endpoint may always send one more, so that none waits for the
 * others.
 */
const slotsPerRetailer = 64;
/** How often endpoints are reloaded, in case a change notification was lost. */
const reloadMs = 30_000;

interface Lane {
  retailerId: number;
  endpointId: number;
  /** Undefined: must be read again. */
  endpoint: CallbackEndpointRow | undefined;
  /** How often it may have changed. */
  changes: number;
  sending: number;
  isRunning: boolean;
  isWoken: boolean;
}

/** A lane's claimed deliveries, with the endpoint as it is then or later. */
interface Claim {
  endpoint: CallbackEndpointRow;
  deliveries: CallbackDeliveryRow[];
}

/** Accepted, answered with another status, or not answered. */
export const attemptOutcomes = ['delivered', 'refused', 'failed'] as const;
type AttemptOutcome = (typeof attemptOutcomes)[number];

export class CallbackWorker {
  /** Outcomes of attempts since the process started. */
  readonly counts: Record<AttemptOutcome, number> = { delivered: 0, refused: 0, failed: 0 };
  readonly #context: Context;
  readonly #log: Log;
  readonly #random: () => number;
  readonly #rounds: OutboxRounds;
  readonly #lanes = new Map<string, Lane>();
  /** Each retailer's endpoints. */
  #endpoints = new Map<number, number[]>();
  /** How many callbacks of each retailer are being sent. */
  readonly #sending = new Map<number, number>();
  #reloadedAtMs = Number.NEGATIVE_INFINITY;

  /** @param random from 0 to 1, for the jitter between attempts */
  constructor(context: Context, log: Log, random: () => number = Math.random) {
    this.#context = context;
    this.#log = log;
    this.#random = random;
    const claims = callbackClaims(context.store);
    this.#rounds = new OutboxRounds(context.store, claims, log, () => this.#sweep());
  }

  /** @throws StorageUnavailable */
  async start(): Promise<void> {
    await this.#rounds.start();
    this.#context.store.onChange((change, isOurs) => this.#onChange(change, isOurs));
  }

  /** Finishes sending, and leaves the rest to other processes. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  #onChange(change: Change | undefined, isOurs: boolean): void {
    if (isRevocation(change)) return;
    if (change === undefined) {
      // Any change may have been missed.
      this.#reloadedAtMs = Number.NEGATIVE_INFINITY;
      this.#rounds.runSoon();
      return;
    }
    if (change.orderId === undefined) {
      // The retailer's clock or one of its endpoints may have changed.
      this.#forget(change.retailerId);
      this.#rounds.track(this.#reloadOf(change.retailerId));
      return;
    }
    // The process that committed the event sends it; the others ignore the notification.
    if (!isOurs || change.typing !== undefined) return;
    for (const endpointId of this.#endpoints.get(change.retailerId) ?? []) {
      this.#wake(this.#lane(change.retailerId, endpointId));
    }
  }

  async #sweep(): Promise<void> {
    const { store, clock, access } = this.#context;
    if (performance.now() - this.#reloadedAtMs >= reloadMs) await this.#reload();
    for (const { retailerId, endpointId, dueAt } of await store.read.callbackDeliveries.due()) {
      const retailer = await access.retailer(retailerId).catch((error) => this.#log.fault(error));
      if (!retailer || retailerNow(clock, retailer) < dueAt) continue;
      const lane = this.#lane(retailerId, endpointId);
      if (lane.endpoint?.state !== 'disabled') this.#wake(lane);
    }
  }

  async #reloadOf(retailerId: number): Promise<void> {
    const rows = await this.#context.store.read.callbackEndpoints.list(retailerId);
    const known = new Set(rows.map(({ id }) => id));
    for (const endpointId of this.#endpoints.get(retailerId) ?? []) {
      if (!known.has(endpointId)) this.#lanes.delete(keyOf(retailerId, endpointId));
    }
    if (rows.length > 0) this.#endpoints.set(retailerId, [...known]);
    else this.#endpoints.delete(retailerId);
    for (const endpointId of known) this.#wake(this.#lane(retailerId, endpointId));
  }

  /** At once: an event that is written after a change is sent by the changed endpoint. */
  #forget(retailerId: number): void {
    for (const lane of this.#lanes.values()) if (lane.retailerId === retailerId) forgetEndpoint(lane);
  }

  async #reload(): Promise<void> {
    this.#reloadedAtMs = performance.now();
    const all = await this.#context.store.read.callbackEndpoints.all();
    this.#endpoints = new Map(
      [...Map.groupBy(all, ({ retailerId }) => retailerId)].map(([id, rows]) => [
        id,
        rows.map((row) => row.id),
      ]),
    );
    const known = new Set(all.map(({ retailerId, id }) => keyOf(retailerId, id)));
    for (const [key, lane] of this.#lanes) {
      forgetEndpoint(lane);
      if (!known.has(key)) this.#lanes.delete(key);
    }
  }

  #lane(retailerId: number, endpointId: number): Lane {
    const key = keyOf(retailerId, endpointId);
    let lane = this.#lanes.get(key);
    if (!lane) {
      const cached = { endpoint: undefined, changes: 0 };
      lane = { retailerId, endpointId, ...cached, sending: 0, isRunning: false, isWoken: false };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #wake(lane: Lane): void {
    lane.isWoken = true;
    if (lane.isRunning || this.#rounds.isStopped) return;
    lane.isRunning = true;
    this.#rounds.track(this.#run(lane));
  }

  async #run(lane: Lane): Promise<void> {
    try {
      await this.#fill(lane);
    } finally {
      // No await between the last check of `isWoken` and this: a wake-up in between would wait for the next sweep.
      lane.isRunning = false;
    }
  }

  /** Fills the lane's free connections with due callbacks. */
  async #fill(lane: Lane): Promise<void> {
    while (lane.isWoken && !this.#rounds.isStopped) {
      // Full: the lane is woken again when a connection is free.
      const free = this.#freeSlots(lane);
      if (free === 0) return;
      lane.isWoken = false;
      // Reserved before the first await, because the retailer's other lanes claim concurrently.
      this.#count(lane, free);
      const claim = await this.#claim(lane, free).catch((error) => {
        this.#releaseSlots(lane, free);
        throw error;
      });
      this.#releaseSlots(lane, free - (claim?.deliveries.length ?? 0));
      if (!claim) continue;
      lane.isWoken ||= claim.deliveries.length === free;
      for (const delivery of claim.deliveries) {
        const sent = this.#deliver(claim.endpoint, delivery).finally(() => {
          this.#releaseSlots(lane, 1);
          this.#wake(lane);
        });
        this.#rounds.track(sent);
      }
    }
  }

  #freeSlots({ retailerId, sending }: Lane): number {
    const ofRetailer = Math.max(0, slotsPerRetailer - (this.#sending.get(retailerId) ?? 0));
    return Math.min(slotsPerLane - sending, sending === 0 ? Math.max(1, ofRetailer) : ofRetailer);
  }

  #count(lane: Lane, change: number): void {
    const { retailerId } = lane;
    lane.sending += change;
    const sending = (this.#sending.get(retailerId) ?? 0) + change;
    if (sending > 0) this.#sending.set(retailerId, sending);
    else this.#sending.delete(retailerId);
  }

  /** Frees slots for the retailer's other lanes. */
  #releaseSlots(lane: Lane, slots: number): void {
    if (slots === 0) return;
    const { retailerId } = lane;
    this.#count(lane, -slots);
    for (const endpointId of this.#endpoints.get(retailerId) ?? []) {
      const other = this.#lanes.get(keyOf(retailerId, endpointId));
      if (other !== lane && other?.isWoken && !other.isRunning) this.#wake(other);
    }
  }

  async #claim(lane: Lane, limit: number): Promise<Claim | undefined> {
    const { store, clock, access } = this.#context;
    const { retailerId, endpointId } = lane;
    const endpoint = await this.#endpointOf(lane);
    if (endpoint?.state !== 'enabled') return undefined;
    const now = retailerNow(clock, await access.retailer(retailerId));
    if (!(await store.read.callbackDeliveries.isDue(retailerId, endpointId, now))) return undefined;
    const deliveries = await this.#rounds.claim((claimant) =>
      store.write((tx) => tx.callbackDeliveries.claim(retailerId, endpointId, now, claimant, limit)),
    );
    // What was written after a change must not be sent by the endpoint from before. A deleted endpoint sends the rest.
    return { endpoint: (await this.#endpointOf(lane)) ?? endpoint, deliveries };
  }

  async #endpointOf(lane: Lane): Promise<CallbackEndpointRow | undefined> {
    const { callbackEndpoints } = this.#context.store.read;
    while (lane.endpoint === undefined) {
      const { changes } = lane;
      const endpoint = await callbackEndpoints.find(lane.retailerId, lane.endpointId);
      // It may have changed since it was read.
      if (changes !== lane.changes) continue;
      if (!endpoint) return undefined;
      lane.endpoint = endpoint;
    }
    return lane.endpoint;
  }

  async #deliver(endpoint: CallbackEndpointRow, delivery: CallbackDeliveryRow): Promise<void> {
    const { callbacks, access } = this.#context;
    const result = await callbacks.attempt(endpoint, delivery).catch((error): AttemptResult => {
      this.#log.fault(error);
      return { durationMs: 0, error: 'internal' };
    });
    if (isTaken(result)) this.counts.delivered += 1;
    else if (result.status !== undefined) this.counts.refused += 1;
    else this.counts.failed += 1;
    const random = this.#random();
    const settled = async () => {
      const retailer = await access.retailer(endpoint.retailerId);
      await settle(this.#context, retailer, delivery, result, random);
    };
    await untilSettled(settled, this.#log, () => this.#rounds.isStopped);
  }
}

function forgetEndpoint(lane: Lane): void {
  lane.endpoint = undefined;
  lane.changes += 1;
}

const keyOf = (retailerId: number, endpointId: number): string => `${retailerId}:${endpointId}`;
