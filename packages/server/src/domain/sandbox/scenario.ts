/** A scenario that is being played. */
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
  /** When the step that is waited for comes. */
  dueAt: number | undefined;
  /** What was written up to here was seen. */
  seenSeq: number;
  readonly done: Done[];
  problem?: { step: number; message: string };
  /** One step at a time. */
  playing: Promise<unknown>;
}
