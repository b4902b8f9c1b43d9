/** The load that part of a day puts on servers and database, and how much of their capacity it uses. */
import { type Day, daySeconds } from './day.ts';
import type { Parameters, Rates } from './parameters.ts';

/** Averages per second over part of the day. */
export interface Load {
  getUnchanged: number;
  getNew: number;
  post: number;
  put: number;
  requests: number;
  openChats: number;
  /**
   * One for each side of an open chat, if each has its own: clients poll before the server closes an idle
   * connection.
   */
  connections: number;
  bytesIn: number;
  bytesOut: number;
  databaseWrites: number;
  walBytes: number;
  rowBytes: number;
}

export function loadOf(day: Day, { bytes, database }: Parameters, from: number, to: number): Load {
  const mean = (counts: Float64Array) => {
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += counts[at]!;
    return sum / (to - from);
  };
  const [getUnchanged, getNew, post, put] = [day.getUnchanged, day.getNew, day.post, day.put].map(mean) as [
    number,
    number,
    number,
    number,
  ];
  const otherWrites = mean(day.otherWrites);
  const openChats = mean(day.openChats);
  return {
    getUnchanged,
    getNew,
    post,
    put,
    requests: getUnchanged + getNew + post + put,
    openChats,
    connections: 2 * openChats,
    bytesIn: (getUnchanged + getNew) * bytes.getRequest + post * bytes.postRequest + put * bytes.putRequest,
    bytesOut:
      getUnchanged * bytes.unchangedAnswer +
      getNew * (bytes.newAnswerHead + bytes.newAnswerParticipants) +
      mean(day.messagesShown) * bytes.newAnswerPerMessage +
      post * bytes.postAnswer +
      put * bytes.putAnswer,
    databaseWrites: post + put + otherWrites,
    walBytes:
      post * database.walPerPost + put * database.walPerMark + otherWrites * database.walPerOtherWrite,
    rowBytes:
      post * database.bytesPerMessage +
      put * database.bytesPerMark +
      otherWrites * database.bytesPerOtherWrite +
      mean(day.opened) * database.bytesPerOrder,
  };
}

/** The second with the most requests. */
export function peakSecond(day: Day): number {
  let peak = 0;
  const requests = (at: number) => day.getUnchanged[at]! + day.getNew[at]! + day.post[at]! + day.put[at]!;
  for (let at = 1; at < daySeconds; at += 1) if (requests(at) > requests(peak)) peak = at;
  return peak;
}

/**
 * Use as a multiple of the capacity in `rates`: 2.4 means two and two fifths processes. Every write counts as a
 * POST.
 */
export const useOf = (load: Load, { getUnchanged, getNew, post }: Rates): number =>
  load.getUnchanged / getUnchanged + load.getNew / getNew + load.databaseWrites / post;
