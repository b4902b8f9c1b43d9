/**
 * Delivers what is in the outbox. Each endpoint has a lane of its own with so many connections, so a receiver that hangs
 * holds up nobody else. What is due is claimed in the database, counted as an attempt, sent, and settled there. Whoever
 * committed an event sends it at once; once a second each process looks for what is due and claimed by nobody.
 *
 * After sudden death: what a process had claimed is released when its mark in `leases` has stood still (where several
 * processes share the database) or at the next start (where one owns it), and is sent again under the same ID.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttemptResult, isTaken } from '../domain/callbacks/callbacks.ts';
import { settle } from '../domain/callbacks/deliveries.ts';
import { Presence } from '../domain/callbacks/presence.ts';
import { retailerNow } from '../domain/clock.ts';
import type { Context } from '../domain/context.ts';
import {
  type CallbackDeliveryRow,
  type CallbackEndpointRow,
  type Change,
  isRevocation,
} from '../storage/store.ts';
import type { Log } from '../wiring/log.ts';

/** Orders of an endpoint that are sent to side by side. */
const slotsPerLane = 16;
/** Callbacks of a retailer that are under way at once. Each endpoint has one more, so that none waits for the others. */
const slotsPerRetailer = 64;
const sweepMs = 1000;
/** An outcome that could not be written down is, this much later; twice as late each time, up to a bound that a stop can wait for. */
const settleAgainMs = 500;
const settleAgainAtMostMs = 4000;
/** What was said to be there is looked at anew, in case word of a change got lost. */
const reloadMs = 30_000;

interface Lane {
  retailerId: number;
  endpointId: number;
  /** Undefined: to be read again. */
  endpoint: CallbackEndpointRow | undefined;
  sending: number;
  isRunning: boolean;
  isWoken: boolean;
}

/** What a lane sends next, and the endpoint as it was when that was claimed. */
interface Claim {
  endpoint: CallbackEndpointRow;
  deliveries: CallbackDeliveryRow[];
}

/** Taken; answered with something else; not answered. */
export const attemptOutcomes = ['delivered', 'refused', 'failed'] as const;
type AttemptOutcome = (typeof attemptOutcomes)[number];

export class CallbackWorker {
  /** How attempts ended, since the process began. */
  readonly counts: Record<AttemptOutcome, number> = { delivered: 0, refused: 0, failed: 0 };
  readonly #context: Context;
  readonly #log: Log;
  readonly #random: () => number;
  #presence: Presence;
  readonly #lanes = new Map<string, Lane>();
  /** Endpoints of each retailer that has any. */
  #endpoints = new Map<number, number[]>();
  /** How many callbacks of each retailer are under way. */
  readonly #sending = new Map<number, number>();
  #reloadedAtMs = Number.NEGATIVE_INFINITY;
  #sweeping: Promise<void> | undefined;
  #isSweepWanted = false;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  readonly #underWay = new Set<Promise<unknown>>();

  /** @param random from 0 to 1, for the jitter between tries */
  constructor(context: Context, log: Log, random: () => number = Math.random) {
    this.#context = context;
    this.#log = log;
    this.#random = random;
    this.#presence = new Presence(context.store, randomUUID());
  }

  /** @throws StorageUnavailable */
  async start(): Promise<void> {
    await this.#presence.step();
    this.#context.store.onChange((change, isOurs) => this.#hear(change, isOurs));
    this.#timer = setInterval(() => this.#sweep(), sweepMs);
    this.#timer.unref();
    this.#sweep();
  }

  /** Finishes what is being sent, and lets others have the rest. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#sweeping;
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
    // What stays claimed is found by whoever comes next.
    await this.#presence.leave().catch((error) => this.#log.fault(error));
  }

  #hear(change: Change | undefined, isOurs: boolean): void {
    if (isRevocation(change)) return;
    if (change === undefined) {
      // Anything may have been missed.
      this.#reloadedAtMs = Number.NEGATIVE_INFINITY;
      this.#sweep();
      return;
    }
    if (change.orderId === undefined) {
      // A clock may have moved, an endpoint have changed: of this retailer alone.
      this.#track(this.#reloadOf(change.retailerId).catch((error) => this.#log.fault(error)));
      return;
    }
    // Who committed it sends it; another process that hears of it leaves it alone.
    if (!isOurs || change.typing !== undefined) return;
    for (const endpointId of this.#endpoints.get(change.retailerId) ?? []) {
      this.#wake(this.#lane(change.retailerId, endpointId));
    }
  }

  #sweep(): void {
    this.#isSweepWanted = true;
    if (this.#isStopped) return;
    this.#sweeping ??= this.#sweepAll().finally(() => {
      this.#sweeping = undefined;
    });
  }

  async #sweepAll(): Promise<void> {
    while (this.#isSweepWanted && !this.#isStopped) {
      this.#isSweepWanted = false;
      await this.#sweepOnce().catch((error) => this.#log.fault(error));
    }
  }

  async #sweepOnce(): Promise<void> {
    const { store, clock, access } = this.#context;
    // Claims of the dead that cannot be released hold up none that nobody has claimed.
    await this.#presence.step().catch((error) => this.#log.fault(error));
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
    for (const endpointId of known) {
      const lane = this.#lane(retailerId, endpointId);
      lane.endpoint = undefined;
      this.#wake(lane);
    }
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
      lane.endpoint = undefined;
      if (!known.has(key)) this.#lanes.delete(key);
    }
  }

  #lane(retailerId: number, endpointId: number): Lane {
    const key = keyOf(retailerId, endpointId);
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = { retailerId, endpointId, endpoint: undefined, sending: 0, isRunning: false, isWoken: false };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #wake(lane: Lane): void {
    lane.isWoken = true;
    if (lane.isRunning || this.#isStopped) return;
    lane.isRunning = true;
    this.#track(this.#run(lane).catch((error) => this.#log.fault(error)));
  }

  async #run(lane: Lane): Promise<void> {
    try {
      await this.#fill(lane);
    } finally {
      // In the same step as the last look at `isWoken`: a waking in between would wait for the next sweep.
      lane.isRunning = false;
    }
  }

  /** Fills the lane's free connections with what is due. */
  async #fill(lane: Lane): Promise<void> {
    while (lane.isWoken && !this.#isStopped) {
      // Full: it is woken again when a connection is free.
      const free = this.#freeSlots(lane);
      if (free === 0) return;
      lane.isWoken = false;
      // Taken before anything is awaited: the retailer's other lanes are filled meanwhile.
      this.#count(lane, free);
      const claim = await this.#claim(lane, free).catch((error) => {
        this.#giveBack(lane, free);
        throw error;
      });
      this.#giveBack(lane, free - (claim?.deliveries.length ?? 0));
      if (!claim) continue;
      lane.isWoken ||= claim.deliveries.length === free;
      for (const delivery of claim.deliveries) {
        this.#track(
          this.#deliver(claim.endpoint, delivery)
            .catch((error) => this.#log.fault(error))
            .finally(() => {
              this.#giveBack(lane, 1);
              this.#wake(lane);
            }),
        );
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

  /** Lets the retailer's other lanes have slots that they wait for. */
  #giveBack(lane: Lane, slots: number): void {
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
    // A change may make the lane forget it meanwhile; what is claimed is sent as it was.
    const endpoint = lane.endpoint ?? (await store.read.callbackEndpoints.find(retailerId, endpointId));
    lane.endpoint = endpoint;
    if (endpoint?.state !== 'enabled') return undefined;
    const now = retailerNow(clock, await access.retailer(retailerId));
    if (!(await store.read.callbackDeliveries.isDue(retailerId, endpointId, now))) return undefined;
    const { claimant } = this.#presence;
    const deliveries = await store
      .write((tx) => tx.callbackDeliveries.claim(retailerId, endpointId, now, claimant, limit))
      .catch((error) => {
        // Whether it was committed is unknown: what may be claimed is left to whoever finds that claimant dead.
        this.#presence = new Presence(store, randomUUID());
        throw error;
      });
    return { endpoint, deliveries };
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
    for (let waitMs = settleAgainMs; ; waitMs = Math.min(waitMs * 2, settleAgainAtMostMs)) {
      try {
        const retailer = await access.retailer(endpoint.retailerId);
        await settle(this.#context, retailer, delivery, result, random);
        return;
      } catch (error) {
        // The database is away; nobody else takes it while this process lives.
        this.#log.fault(error);
        if (this.#isStopped) return;
        await sleep(waitMs, undefined, { ref: false });
      }
    }
  }

  #track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    work.then(() => this.#underWay.delete(work));
  }
}

const keyOf = (retailerId: number, endpointId: number): string => `${retailerId}:${endpointId}`;
