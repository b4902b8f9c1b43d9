/**
 * One day of orders, second by second. Customer and shopper poll while the chat is open; whatever changes it
 * (a message, a mark as read) makes the next poll of each side one that has something new. Who polls and sees
 * a message of the other side marks it as read. What runs past midnight is counted at the start of the day,
 * as that of the day before would be.
 */
import type { Parameters } from './parameters.ts';
import { Draws, secondsOfDay } from './random.ts';

export const daySeconds = 86_400;

/** For each second of the day. */
export interface Day {
  getUnchanged: Float64Array;
  getNew: Float64Array;
  /** Messages in the answers of `getNew`. */
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
  // Which polls of the order at hand are counted already: they hold its number.
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

    /** The poll of `side` at which it finds what changed: the first one at or after `at`. */
    const pollAfter = (side: number, at: number) =>
      Math.max(0, Math.ceil((at - firstPoll[side]!) / pollSeconds));

    /** Counts a poll as one with something new; undefined when the chat is closed by then. */
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

  // Until here: where polling begins and ends. Each poll comes again after `pollSeconds`.
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

/** What lies past midnight is laid over the morning. */
function folded(counts: Float64Array): Float64Array {
  const day = counts.slice(0, daySeconds);
  for (let at = daySeconds; at < counts.length; at += 1) day[at - daySeconds]! += counts[at]!;
  return day;
}
