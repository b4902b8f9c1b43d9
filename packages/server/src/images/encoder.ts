/**
 * Keeps the process that makes pictures: started with the first picture, stopped when none has come for a
 * while, killed when one takes too long, started again after it died. One picture at a time, retailers in turn,
 * and so many wait. A server that gets no pictures has none of this.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../domain/errors.ts';
import type { EncodedImage } from '../domain/images/images.ts';
import type { EncodeAnswer, EncodeRequest } from './encode-process.ts';

const entry = fileURLToPath(new URL('./encode-process.ts', import.meta.url));
const maxWaiting = 32;
/** Of one retailer. */
const maxWaitingOfRetailer = 8;
const startWithinMs = 10_000;
const encodeWithinMs = 10_000;
const stopAfterIdleMs = 60_000;
const heapMebibytes = 64;

interface Job {
  upload: Uint8Array;
  resolve(image: EncodedImage): void;
  reject(error: Refusal): void;
}

export class Encoder {
  readonly #entry: string;
  readonly #encodeWithinMs: number;
  /** By retailer; the one at the front has its turn. */
  readonly #waiting = new Map<number, Job[]>();
  #waitingCount = 0;
  #current: Job | undefined;
  #child: ChildProcess | undefined;
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor({ file = entry, withinMs = encodeWithinMs } = {}) {
    this.#entry = file;
    this.#encodeWithinMs = withinMs;
  }

  /** Process ID of the one at work, for whoever wants to know what it takes. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws Refusal image_invalid, too_many_requests, unavailable */
  encode(upload: Uint8Array, retailerId: number): Promise<EncodedImage> {
    const waiting = this.#waiting.get(retailerId) ?? [];
    if (this.#isStopped || this.#waitingCount >= maxWaiting) {
      return Promise.reject(new Refusal('unavailable'));
    }
    if (waiting.length >= maxWaitingOfRetailer) return Promise.reject(new Refusal('too_many_requests'));
    return new Promise((resolve, reject) => {
      waiting.push({ upload, resolve, reject });
      this.#waiting.set(retailerId, waiting);
      this.#waitingCount += 1;
      this.#next();
    });
  }

  /** The first of the retailer whose turn it is, who is then behind the others. */
  #take(): Job | undefined {
    for (const [retailerId, jobs] of this.#waiting) {
      this.#waiting.delete(retailerId);
      const job = jobs.shift();
      if (jobs.length > 0) this.#waiting.set(retailerId, jobs);
      this.#waitingCount -= 1;
      return job;
    }
    return undefined;
  }

  #refuseAll(): void {
    for (let job = this.#take(); job; job = this.#take()) job.reject(new Refusal('unavailable'));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const child = this.#child;
    this.#refuseAll();
    if (!child) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  #next(): void {
    if (this.#current) return;
    this.#current = this.#take();
    if (!this.#current) {
      if (this.#child) this.#limit(stopAfterIdleMs, () => this.#dismiss());
    } else if (!this.#child) {
      this.#start();
    } else if (this.#isReady) {
      this.#send(this.#child, this.#current);
    }
  }

  #send(child: ChildProcess, { upload }: Job): void {
    this.#limit(this.#encodeWithinMs, () => child.kill('SIGKILL'));
    const request: EncodeRequest = { upload };
    // A process that is gone says so by its exit.
    child.send(request, () => {});
  }

  #start(): void {
    const { SystemRoot } = process.env;
    const child = fork(this.#entry, {
      serialization: 'advanced',
      // Nothing of the server's environment: it holds secrets.
      env: { MALLOC_ARENA_MAX: '2', ...(SystemRoot !== undefined && { SystemRoot }) },
      execArgv: [`--max-old-space-size=${heapMebibytes}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    this.#limit(startWithinMs, () => child.kill('SIGKILL'));
    child.on('message', (answer: EncodeAnswer) => this.#hear(child, answer));
    child.on('error', () => child.pid === undefined && this.#bury(child));
    child.on('exit', () => this.#bury(child));
  }

  #hear(child: ChildProcess, answer: EncodeAnswer): void {
    const job = this.#current;
    if (answer === 'ready') {
      this.#isReady = true;
      if (job) this.#send(child, job);
      return;
    }
    this.#current = undefined;
    if (answer.image) job?.resolve(answer.image);
    else job?.reject(new Refusal('image_invalid'));
    this.#next();
  }

  /** It died, or was killed: of the picture it had, if it had begun with one at all. */
  #bury(child: ChildProcess): void {
    if (this.#child !== child) return;
    clearTimeout(this.#timer);
    const reason = this.#isReady && !this.#isStopped ? 'image_invalid' : 'unavailable';
    this.#child = undefined;
    this.#isReady = false;
    const job = this.#current;
    this.#current = undefined;
    job?.reject(new Refusal(reason));
    // Where it does not even start, it would not for those who wait.
    if (reason === 'unavailable') this.#refuseAll();
    this.#next();
  }

  /** Lets it go; the next picture gets another. */
  #dismiss(): void {
    this.#child?.disconnect();
    this.#child = undefined;
    this.#isReady = false;
  }

  #limit(ms: number, end: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(end, ms);
    this.#timer.unref();
  }
}
