/**
 * Manages the process that encodes images. It is started for the first image, stopped when idle, killed when an
 * image takes too long, and restarted after it dies. It encodes one image at a time, retailers take turns, and the
 * queue is limited. A server that receives no images never starts it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../domain/errors.ts';
import type { EncodedImage } from '../domain/images/images.ts';
import type { EncodeAnswer, EncodeRequest } from './encode-process.ts';

const entry = fileURLToPath(new URL('./encode-process.ts', import.meta.url));
const maxWaiting = 32;
/** Per retailer. */
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
  /** Queue by retailer; the first retailer is next. */
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

  /** Process ID of the encoder, for measuring its memory and processor time. */
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

  /** Takes the next retailer's first job, and moves that retailer to the back of the queue. */
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
      if (this.#child) this.#limit(stopAfterIdleMs, () => this.#stopIdle());
    } else if (!this.#child) {
      this.#start();
    } else if (this.#isReady) {
      this.#send(this.#child, this.#current);
    }
  }

  #send(child: ChildProcess, { upload }: Job): void {
    this.#limit(this.#encodeWithinMs, () => child.kill('SIGKILL'));
    const request: EncodeRequest = { upload };
    // If the process is gone, its exit event follows.
    child.send(request, () => {});
  }

  #start(): void {
    const { SystemRoot } = process.env;
    const child = fork(this.#entry, {
      serialization: 'advanced',
      // The server's environment is not passed on, because it holds secrets.
      env: { MALLOC_ARENA_MAX: '2', ...(SystemRoot !== undefined && { SystemRoot }) },
      execArgv: [`--max-old-space-size=${heapMebibytes}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child = child;
    this.#limit(startWithinMs, () => child.kill('SIGKILL'));
    child.on('message', (answer: EncodeAnswer) => this.#onAnswer(child, answer));
    child.on('error', () => child.pid === undefined && this.#onExit(child));
    child.on('exit', () => this.#onExit(child));
  }

  #onAnswer(child: ChildProcess, answer: EncodeAnswer): void {
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

  /** The process died or was killed, because of its current image if it had started on one. */
  #onExit(child: ChildProcess): void {
    if (this.#child !== child) return;
    clearTimeout(this.#timer);
    const reason = this.#isReady && !this.#isStopped ? 'image_invalid' : 'unavailable';
    this.#child = undefined;
    this.#isReady = false;
    const job = this.#current;
    this.#current = undefined;
    job?.reject(new Refusal(reason));
    // If it cannot even start, it cannot serve the waiting jobs either.
    if (reason === 'unavailable') this.#refuseAll();
    this.#next();
  }

  /** Stops the idle process; the next image starts a new one. */
  #stopIdle(): void {
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
