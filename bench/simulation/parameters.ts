/**
 * The simulation's parameters, and the source of each figure. Plain values, which `--json` prints with the result.
 */

/** How a duration is drawn: log-normal around the median, cut off at both ends. */
export interface Duration {
  medianMinutes: number;
  sigma: number;
  minMinutes: number;
  maxMinutes: number;
}

/** Requests per second, for each kind on its own. */
export interface Rates {
  getUnchanged: number;
  getNew: number;
  post: number;
}

export interface Parameters {
  seed: number;
  orders: number;
  messagesPerOrder: number;
  pollSeconds: number;
  /** Picking starts in each hour of the day, as weights. */
  startsByHour: readonly number[];
  picking: Duration;
  delivery: Duration;
  /** The other messages are sent while the order is being delivered. */
  messagesWhilePicking: number;
  /** Transactions on an order besides messages and marks: creation, assignment, state changes, end. */
  otherWrites: { atStart: number; atEnd: number };
  bytes: typeof bytes;
  database: typeof database;
  rates: typeof rates;
  /** The share of a core or database that capacity planning should use at the peak. */
  targetUse: number;
}

/** Source: measured on the wire, without TLS, with the texts of bench/seed.ts (50 characters). */
const bytes = {
  getRequest: 213,
  unchangedAnswer: 180,
  /** A response with a chat: head, participants, and each message (with `read_at`). */
  newAnswerHead: 239,
  newAnswerParticipants: 300,
  newAnswerPerMessage: 270,
  postRequest: 285,
  postAnswer: 259,
  putRequest: 191,
  putAnswer: 196,
};

/** Source: PostgreSQL 18, docs/scaling.md. */
const database = {
  /** Rows including their indexes. */
  bytesPerMessage: 386,
  bytesPerMark: 157,
  bytesPerOtherWrite: 157,
  /** The order, its details, its key, its assignment and a sixth of a customer, without its items. */
  bytesPerOrder: 970,
  /** Log per transaction when every order is written once after a checkpoint, full pages included. */
  walPerPost: 1230,
  walPerMark: 4480,
  walPerOtherWrite: 1230,
};

const rates = {
  /** Source: docs/scaling.md, 2 cores, of which the process uses one. Writes are measured as POSTs. */
  sqlite: { perProcess: { getUnchanged: 43_400, getNew: 10_300, post: 14_300 } },
  postgres: {
    /**
     * Source: the server process's processor time per request on one core, measured as described in
     * docs/scaling.md.
     */
    perProcess: { getUnchanged: 19_200, getNew: 3480, post: 2970 },
    /** The same for all PostgreSQL processes: the capacity of one of its cores. */
    database: { getUnchanged: 45_500, getNew: 7000, post: 2680 },
  },
};

/** Assumptions, unless a source is given: they are not based on any grocer's figures. */
export const defaults: Parameters = {
  seed: 1,
  orders: 1_000_000,
  messagesPerOrder: 12,
  pollSeconds: 5,
  startsByHour: [
    0.2, 0.1, 0.1, 0.1, 0.3, 0.8, 2.5, 4.5, 6, 6.5, 6.5, 6, 5.5, 5, 5, 6, 8, 10, 10.5, 8.5, 5.5, 2.8, 1.2,
    0.4,
  ],
  picking: { medianMinutes: 35, sigma: 0.45, minMinutes: 8, maxMinutes: 150 },
  delivery: { medianMinutes: 25, sigma: 0.4, minMinutes: 5, maxMinutes: 120 },
  messagesWhilePicking: 10,
  otherWrites: { atStart: 5, atEnd: 3 },
  bytes,
  database,
  rates,
  targetUse: 0.6,
};
