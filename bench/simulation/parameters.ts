/**
 * What the simulated day is made of, and where each figure comes from. Plain values: `--json` prints them
 * beside the result. `null` is a figure that nobody has measured yet.
 */

/** How a time is drawn: log-normal around the median, cut off at both ends. */
export interface Duration {
  medianMinutes: number;
  sigma: number;
  minMinutes: number;
  maxMinutes: number;
}

/** Requests per second, each kind alone. */
export interface Rates {
  getUnchanged: number | null;
  getNew: number | null;
  post: number | null;
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
  /** The others are sent while the order is on its way. */
  messagesWhilePicking: number;
  /** Transactions about an order besides messages and marks: made, assigned, moved on, ended. */
  otherWrites: { atStart: number; atEnd: number };
  bytes: typeof bytes;
  database: typeof database;
  rates: typeof rates;
  /** Share of a core or of a database that a plan should use at the peak. */
  targetUse: number;
}

/** Origin: measured on the wire, without TLS, with the texts of bench/seed.ts (50 characters). */
const bytes = {
  getRequest: 213,
  unchangedAnswer: 180,
  /** An answer with a chat: head, participants, and each message (with `read_at`). */
  newAnswerHead: 239,
  newAnswerParticipants: 300,
  newAnswerPerMessage: 270,
  postRequest: 285,
  postAnswer: 259,
  putRequest: 191,
  putAnswer: 196,
};

/** Origin: PostgreSQL 18, docs/scaling.md. */
const database = {
  /** Rows with their indexes. */
  bytesPerMessage: 214,
  bytesPerMark: 158,
  bytesPerOtherWrite: 158,
  /** The order, its details, its assignment and its share of a customer, without its items. */
  bytesPerOrder: 560,
  /** Log per transaction when every order is written once after a checkpoint, full pages included. */
  walPerPost: 1086,
  walPerMark: 1566,
  walPerOtherWrite: 1086,
};

const rates = {
  /** Origin: docs/benchmarks.md, 2 cores, of which the process uses one. A write is measured as a POST. */
  sqlite: { perProcess: { getUnchanged: 19_714, getNew: 4377, post: 7490 } as Rates },
  postgres: {
    /** Origin: processor time of the server process per request, measured as docs/scaling.md says; one core. */
    perProcess: { getUnchanged: 6100, getNew: 1900, post: 1200 } as Rates,
    /** The same of all processes of PostgreSQL: what one of its cores does. */
    database: { getUnchanged: 13_300, getNew: 2800, post: 1450 } as Rates,
  },
};

/** Assumptions, where nothing else is said: no grocer's figures stand behind them. */
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
