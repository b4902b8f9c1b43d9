/**
 * Faults on purpose, per retailer: rules that say which requests or callbacks go wrong, and how. In memory of this
 * process. Of several rules the first that strikes does. What a rule does follows from its seed and from how many
 * matched before, so a test that repeats its requests meets the same faults.
 */
import {
  type CallerKind,
  callbackEffects,
  type ParameterProblem,
  type Route,
  type RouteName,
  routes,
  type schemas,
} from '@aislechat/contract';
import { refuseProblems } from '../errors.ts';
import { type Random, seededRandom } from './random.ts';

export type FaultRule = schemas.FaultRule;

export interface ActiveRule {
  readonly rule: FaultRule;
  matched: number;
  struck: number;
}

interface Seeded extends ActiveRule {
  readonly random: Random;
}

export interface RequestSubject {
  route: RouteName;
  path: string;
  method: string;
  /** Undefined where tokens are had. */
  identity: CallerKind | undefined;
}

/** Where the chat is written to: what `chat_disabled` refuses. */
const sends: readonly string[] = ['sendMessage', 'sendAsShopper', 'sendShopperMessage', 'uploadImage'];

/**
 * The sandbox's own controls always work, so that a test can take everything back. Whose a request is, its token tells; or,
 * where tokens are had, the client ID.
 */
export const canFault = ({ path, identity, oauthErrors }: Route): boolean =>
  oauthErrors !== undefined || (identity !== 'anyone' && !path.startsWith('/v1/sandbox/'));

export class Faults {
  /** Only of retailers there are, each with its limit of rules: those of one never end another's. */
  readonly #ofRetailers = new Map<number, Seeded[]>();

  /** Takes the place of all rules there were. @throws InvalidParameters */
  set(retailerId: number, rules: FaultRule[]): void {
    refuseProblems(problemsOf(rules));
    const active = rules.map((rule) => ({
      rule,
      matched: 0,
      struck: 0,
      random: seededRandom(rule.seed ?? 0),
    }));
    if (active.length === 0) this.#ofRetailers.delete(retailerId);
    else this.#ofRetailers.set(retailerId, active);
  }

  get areSet(): boolean {
    return this.#ofRetailers.size > 0;
  }

  list(retailerId: number): readonly ActiveRule[] {
    return this.#ofRetailers.get(retailerId) ?? [];
  }

  ofRequest(retailerId: number, subject: RequestSubject): FaultRule | undefined {
    if (!this.areSet) return undefined;
    return this.#firstOf(retailerId, (rule) => !isOfCallbacks(rule) && fitsRequest(rule, subject));
  }

  ofCallback(retailerId: number, event: string): FaultRule | undefined {
    if (!this.areSet) return undefined;
    const fits = (rule: FaultRule) => isOfCallbacks(rule) && (rule.event ?? event) === event;
    return this.#firstOf(retailerId, fits);
  }

  #firstOf(retailerId: number, fits: (rule: FaultRule) => boolean): FaultRule | undefined {
    return this.#ofRetailers.get(retailerId)?.find((active) => fits(active.rule) && strikes(active))?.rule;
  }
}

function strikes(active: Seeded): boolean {
  const { after = 0, count = Number.POSITIVE_INFINITY, share = 1 } = active.rule;
  active.matched += 1;
  if (active.matched <= after || active.struck >= count || active.random.share() >= share) return false;
  active.struck += 1;
  return true;
}

const isOfTokens = ({ oauthErrors }: Route): boolean => oauthErrors !== undefined;
const isOfCallbacks = ({ effect }: FaultRule): boolean =>
  (callbackEffects as readonly string[]).includes(effect);

function fitsRequest(rule: FaultRule, { route, path, method, identity }: RequestSubject): boolean {
  // Without tokens nothing can be had: only who names that endpoint means it.
  if (identity === undefined) return rule.route === route;
  if (rule.effect === 'chat_disabled' && !sends.includes(route)) return false;
  if (rule.effect === 'shopper_swap' && !routes[route].path.includes('{order_id}')) return false;
  return (
    (rule.route ?? route) === route &&
    (rule.method === undefined || rule.method === method) &&
    (rule.identity ?? identity) === identity &&
    (rule.path === undefined || fitsPath(rule.path.split('/'), path.split('/')))
  );
}

function fitsPath(pattern: string[], path: string[]): boolean {
  const isOpen = pattern.at(-1) === '**';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? path.length <= fixed.length : path.length !== fixed.length) return false;
  return fixed.every((segment, n) => segment === '*' || segment === path[n]);
}

function problemsOf(rules: FaultRule[]): ParameterProblem[] {
  const problems: ParameterProblem[] = [];
  const names = new Set<string>();
  rules.forEach((rule, n) => {
    const add = (field: keyof FaultRule, problem: ParameterProblem['problem']) =>
      problems.push({ key: `rules[${n}].${field}`, problem });
    if (names.has(rule.name)) add('name', 'taken');
    names.add(rule.name);
    if (rule.route !== undefined) {
      const route = Object.hasOwn(routes, rule.route) ? routes[rule.route as RouteName] : undefined;
      if (!route || !canFault(route)) add('route', 'inclusion');
      if (route && isOfTokens(route)) {
        if (rule.identity !== undefined) add('identity', 'invalid');
        if (rule.effect === 'chat_disabled' || rule.effect === 'shopper_swap') add('effect', 'invalid');
        // No limit is counted there.
        if (rule.status === 429) add('status', 'invalid');
      }
    }
    if (rule.effect === 'status' && rule.status === undefined) add('status', 'blank');
    if (rule.effect !== 'status' && rule.status !== undefined) add('status', 'invalid');
    if (rule.effect === 'delay' && rule.delay_ms === undefined) add('delay_ms', 'blank');
    if (rule.effect !== 'delay' && rule.delay_ms !== undefined) add('delay_ms', 'invalid');
    const others = isOfCallbacks(rule)
      ? (['route', 'path', 'method', 'identity'] as const)
      : (['event'] as const);
    for (const field of others) if (rule[field] !== undefined) add(field, 'invalid');
  });
  return problems;
}
