/** A check: one statement about Connect's API, and the requests that test whether a server conforms to it. */
import type { World } from './world.ts';

export interface Check {
  readonly name: string;
  /** The statement that holds if the server conforms. */
  readonly says: string;
  /** The Connect page with the statement, or `our reading: ` and the section of docs/connect-compatibility.md. */
  readonly source: string;
  run(stage: Stage): Promise<void>;
}

/** What a check can use. */
export interface Stage {
  /** The retailer whose credentials were given. */
  readonly given: World;
  /**
   * Returns a retailer that the sandbox created for the checks, whose settings and clock may be changed.
   * @throws CannotTell if the server cannot create one
   */
  own(): Promise<World>;
  /**
   * Returns an organization of the banners `north` and `south` that the sandbox created for the checks.
   * @throws CannotTell if the server cannot create one
   */
  organization(): Promise<World>;
}
