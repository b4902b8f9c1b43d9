/**
 * Files that the element loads only when they are needed: other languages, and the dialogs for pictures and reports. Our
 * own pages contain both, since they must work without a network from the start.
 */
import type * as dialogs from './dialogs.ts';

export type Dialogs = typeof dialogs;

export interface Later {
  /** Loads the texts of all languages but English; undefined if they are there. */
  languages: (() => Promise<unknown>) | undefined;
  /** Loads the dialogs. Rejects without a network. */
  dialogs: (() => Promise<Dialogs>) | undefined;
}

export const later: Later = { languages: undefined, dialogs: undefined };

/** A person who waits longer for the dialogs does without them. */
const patienceMs = 5_000;

/** @returns undefined if the dialogs cannot be loaded now */
export async function loadDialogs(): Promise<Dialogs | undefined> {
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, patienceMs));
  return Promise.race([later.dialogs?.().catch(() => undefined), patience]);
}
