/** What the sandbox can do to a client on purpose. Ours. */

/** What happens to a request that a rule strikes. */
export const requestEffects = [
  'status',
  'delay',
  'reset',
  'answer_lost',
  'cut',
  'chat_disabled',
  'shopper_swap',
] as const;
/** What happens to a callback. */
export const callbackEffects = ['callback_duplicate', 'callback_reorder'] as const;
export const faultEffects = [...requestEffects, ...callbackEffects] as const;
export type FaultEffect = (typeof faultEffects)[number];

export const faultStatuses = [401, 429, 500, 503] as const;
export type FaultStatus = (typeof faultStatuses)[number];

/** Whose token a request bears. */
export const callerKinds = ['client', 'user', 'shopper', 'support'] as const;
export type CallerKind = (typeof callerKinds)[number];

/** Names the rule that struck. */
export const faultHeader = 'x-aislechat-fault';

/** What the console's requests bear: faults pass them by, and the request log leaves out what it only looks at. */
export const consoleHeader = 'x-aislechat-console';

/** How a scenario is played: on the retailer’s clock as it goes; at once; or one step per request. */
export const scenarioPaces = ['real', 'fast', 'step'] as const;
export type ScenarioPace = (typeof scenarioPaces)[number];
export const scenarioStates = ['running', 'finished', 'failed'] as const;
export type ScenarioState = (typeof scenarioStates)[number];
