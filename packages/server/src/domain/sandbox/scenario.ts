/** A running scenario. */
import type { ScenarioPace, ScenarioState } from '@aislechat/contract';
import type { ScenarioScript } from './script.ts';

export interface Done {
  /** Number of the step, from 1. */
  step: number;
  at: number;
  action: string;
  senderType?: 'user' | 'driver';
  body?: string;
}

export interface Scenario {
  readonly id: number;
  readonly retailerId: number;
  readonly applicationId: number;
  readonly name: string;
  readonly script: ScenarioScript;
  readonly pace: ScenarioPace;
  readonly seed: number;
  readonly orderId: number;
  readonly orderExternalId: string;
  readonly customer: string;
  /** Shoppers by their name in the script. */
  readonly shoppers: Map<string, number>;
  state: ScenarioState;
  /** How many steps are done. */
  position: number;
  /** When the next step is due. */
  dueAt: number | undefined;
  /** Events up to this number have been seen. */
  seenSeq: number;
  readonly done: Done[];
  problem?: { step: number; message: string };
  /** Ensures that steps are played one at a time. */
  playing: Promise<unknown>;
}
