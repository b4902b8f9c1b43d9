/**
 * One day of orders, second by second. Customer and shopper poll while the chat is open; after any change (a
 * message, a read mark), each side's next poll returns something new. A side that polls and sees a message from the
 * other marks it as read. Orders that run past midnight are counted at the start of the day, in place of the
 * previous day's.
 */
import type { Parameters } from './parameters.ts';
import { Draws, secondsOfDay } from './random.ts';

export const daySeconds = 86_400;

/** One value for each second of the day. */
export interface Day {
  getUnchanged: Float64Array;
  getNew: Float64Array;
  /** Messages in the responses of `getNew`. */
  messagesShown: Float64Array;
  post: Float64Array;
  put: Float64Array;
  otherWrites: Float64Array;
  opened: Float64Array;
  openChats: Float64Array;
}

export function simulateDay(parameters: Parameters): Day {
  const { orders, messagesPerOrder, messagesWhilePicking, pollSeconds, picking, delivery } = parameters;
  const longest = (picking.maxMinutes + delivery.maxMinutes) * 60;
  const seconds = daySeconds + longest + 2 * pollSeconds;
  const counter = () => new Float64Array(seconds);
  const [polls, getNew, messagesShown, post, put] = [counter(), counter(), counter(), counter(), counter()];
  const [otherWrites, opened, openChats] = [counter(), counter(), counter()];

  const draws = new Draws(parameters.seed);
  const start = secondsOfDay(draws, parameters.startsByHour);
  const sentAt = new Int32Array(messagesPerOrder);
  const fromShopper = new Uint8Array(messagesPerOrder);
  // Which polls of the current order have been counted: such entries hold its number.
  const pollsOfOrder = Math.ceil(longest / pollSeconds) + 2;
  const seenNew = [new Int32Array(pollsOfOrder), new Int32Array(pollsOfOrder)];
  const marked = [new Int32Array(pollsOfOrder), new Int32Array(pollsOfOrder)];
  const firstPoll = [0, 0];

  for (let order = 1; order <= orders; order += 1) {
    const opensAt = start();
    const pickedAt = opensAt + draws.seconds(picking);
    const closesAt = pickedAt + draws.seconds(delivery);
    opened[opensAt]! += 1;
    openChats[opensAt]! += 1;
    openChats[closesAt]! -= 1;
    otherWrites[opensAt]! += parameters.otherWrites.atStart;
    otherWrites[closesAt]! += parameters.otherWrites.atEnd;
    for (let n = 0; n < messagesPerOrder; n += 1) {
      const isPicking = n < messagesWhilePicking;
      const at = isPicking
        ? opensAt + draws.integer(pickedAt - opensAt)
        : pickedAt + draws.integer(closesAt - pickedAt);
      sentAt[n] = at;
      fromShopper[n] = draws.integer(2);
      post[at]! += 1;
    }

    /** The poll in which `side` sees a change made at `at`: the first one at or after it. */
    const pollAfter = (side: number, at: number) =>
      Math.max(0, Math.ceil((at - firstPoll[side]!) / pollSeconds));

    /** Counts a poll that returns something new; undefined if the chat is closed by then. */
    const find = (side: number, poll: number): number | undefined => {
      const at = firstPoll[side]! + poll * pollSeconds;
      if (at >= closesAt) return undefined;
      if (seenNew[side]![poll] !== order) {
        seenNew[side]![poll] = order;
        getNew[at]! += 1;
        let shown = 0;
        for (let n = 0; n < messagesPerOrder; n += 1) if (sentAt[n]! <= at) shown += 1;
        messagesShown[at]! += shown;
      }
      return at;
    };

    for (let side = 0; side < 2; side += 1) {
      const first = opensAt + draws.integer(pollSeconds);
      firstPoll[side] = first;
      polls[first]! += 1;
      polls[first + Math.ceil((closesAt - first) / pollSeconds) * pollSeconds]! -= 1;
      find(side, 0);
    }
    for (let n = 0; n < messagesPerOrder; n += 1) {
      const [sender, reader] = fromShopper[n] === 1 ? [1, 0] : [0, 1];
      find(sender, pollAfter(sender, sentAt[n]!));
      const poll = pollAfter(reader, sentAt[n]!);
      const readAt = find(reader, poll);
      if (readAt === undefined || marked[reader]![poll] === order) continue;
      marked[reader]![poll] = order;
      put[readAt]! += 1;
      find(sender, pollAfter(sender, readAt + 1));
      find(reader, poll + 1);
    }
  }

  // So far `polls` only marks where polling starts and ends. This repeats each poll every `pollSeconds`.
  for (let at = pollSeconds; at < seconds; at += 1) polls[at]! += polls[at - pollSeconds]!;
  for (let at = 1; at < seconds; at += 1) openChats[at]! += openChats[at - 1]!;
  const getUnchanged = polls.map((count, at) => count - getNew[at]!);
  return {
    getUnchanged: folded(getUnchanged),
    getNew: folded(getNew),
    messagesShown: folded(messagesShown),
    post: folded(post),
    put: folded(put),
    otherWrites: folded(otherWrites),
    opened: folded(opened),
    openChats: folded(openChats),
  };
}

/** Moves everything past midnight to the start of the day. */
function folded(counts: Float64Array): Float64Array {
  const day = counts.slice(0, daySeconds);
  for (let at = daySeconds; at < counts.length; at += 1) day[at - daySeconds]! += counts[at]!;
  return day;
}
