/** Plays the steps of scenarios when they are due, for as long as a development server runs. */
import type { Scenarios } from '../domain/sandbox/scenarios.ts';
import type { Store } from '../storage/store.ts';
import { runInBackground } from './background.ts';
import type { Log } from './log.ts';

const lookEveryMs = 250;

/** @returns ends it: the step that is under way is finished */
export function startPlaying(scenarios: Scenarios, store: Store, log: Log): () => Promise<void> {
  const player = runInBackground(log, lookEveryMs, (only) =>
    scenarios.playDue((error) => log.fault(error), only),
  );
  // A scenario may be waiting for the message that was just sent.
  store.onChange((change) => {
    if (scenarios.hasFollowing(change?.retailerId)) player.wake(change?.retailerId);
  });
  return () => player.stop();
}
