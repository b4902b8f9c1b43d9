/** A check: one statement about Connect's API, and the requests that tell whether a server keeps to it. */
import type { World } from './world.ts';

export interface Check {
  readonly name: string;
  /** What holds where the check finds the server the same. */
  readonly says: string;
  /** The Connect page that says so; or `our reading: ` and the section of docs/connect-compatibility.md. */
  readonly source: string;
  run(stage: Stage): Promise<void>;
}

/** What checks are played on. */
export interface Stage {
  /** The retailer whose credentials were given. */
  readonly given: World;
  /**
   * A retailer of the sandbox's own making, where settings are changed and time moves.
   * @throws CannotTell where the server gives out none
   */
  own(): Promise<World>;
}
