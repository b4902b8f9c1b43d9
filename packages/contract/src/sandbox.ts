/** The faults that the sandbox can inject. They are ours. */

/** Effects on a request that matches a rule. */
export const requestEffects = [
  'status',
  'delay',
  'reset',
  'answer_lost',
  'cut',
  'chat_disabled',
  'shopper_swap',
] as const;
/** Effects on a callback. */
export const callbackEffects = ['callback_duplicate', 'callback_reorder'] as const;
export const faultEffects = [...requestEffects, ...callbackEffects] as const;
export type FaultEffect = (typeof faultEffects)[number];

export const faultStatuses = [401, 429, 500, 503] as const;
export type FaultStatus = (typeof faultStatuses)[number];

/** The kinds of callers, by the token of a request. */
export const callerKinds = ['client', 'user', 'shopper', 'link', 'support'] as const;
export type CallerKind = (typeof callerKinds)[number];

/** The header that names the rule whose fault was injected. */
export const faultHeader = 'x-aislechat-fault';

/**
 * The header that marks the console's requests: no faults are injected into them, and the request log omits the ones
 * that only read.
 */
export const consoleHeader = 'x-aislechat-console';

/** How a scenario is played: in real time on the retailer’s clock, all at once, or one step per request. */
export const scenarioPaces = ['real', 'fast', 'step'] as const;
export type ScenarioPace = (typeof scenarioPaces)[number];
export const scenarioStates = ['running', 'finished', 'failed'] as const;
export type ScenarioState = (typeof scenarioStates)[number];
