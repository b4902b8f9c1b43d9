/**
 * Injects faults on purpose, per retailer: rules say which requests or callbacks fail, and how. Rules are kept in
 * memory. When several rules apply, the first wins. What a rule does depends only on its seed and on how many
 * requests it has matched, so a test that repeats its requests gets the same faults.
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
  /** Undefined for the token endpoint. */
  identity: CallerKind | undefined;
}

/** The routes that write to the chat: these are what `chat_disabled` refuses. */
const sends: readonly string[] = ['sendMessage', 'sendAsShopper', 'simulateShopperMessage', 'uploadImage'];

/**
 * The sandbox's own controls always work, so that a test can undo everything. The retailer is known from the token
 * or, at the token endpoint, from the client ID.
 */
export const canFault = ({ path, identity, oauthErrors }: Route): boolean =>
  oauthErrors !== undefined || (identity !== 'anyone' && !path.startsWith('/v1/sandbox/'));

export class Faults {
  /** Holds only existing retailers, each with its own limit: one retailer's rules never displace another's. */
  readonly #ofRetailers = new Map<number, Seeded[]>();

  /** Replaces all existing rules. @throws InvalidParameters */
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
    return this.#firstOf(retailerId, (rule) => !affectsCallbacks(rule) && fitsRequest(rule, subject));
  }

  ofCallback(retailerId: number, event: string): FaultRule | undefined {
    if (!this.areSet) return undefined;
    const fits = (rule: FaultRule) => affectsCallbacks(rule) && (rule.event ?? event) === event;
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

const isTokenRoute = ({ oauthErrors }: Route): boolean => oauthErrors !== undefined;
const affectsCallbacks = ({ effect }: FaultRule): boolean =>
  (callbackEffects as readonly string[]).includes(effect);

function fitsRequest(rule: FaultRule, { route, path, method, identity }: RequestSubject): boolean {
  // A failing token endpoint stops everything, so a rule must name it to apply to it.
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
      if (route && isTokenRoute(route)) {
        if (rule.identity !== undefined) add('identity', 'invalid');
        if (rule.effect === 'chat_disabled' || rule.effect === 'shopper_swap') add('effect', 'invalid');
        // The token endpoint has no rate limit.
        if (rule.status === 429) add('status', 'invalid');
      }
    }
    if (rule.effect === 'status' && rule.status === undefined) add('status', 'blank');
    if (rule.effect !== 'status' && rule.status !== undefined) add('status', 'invalid');
    if (rule.effect === 'delay' && rule.delay_ms === undefined) add('delay_ms', 'blank');
    if (rule.effect !== 'delay' && rule.delay_ms !== undefined) add('delay_ms', 'invalid');
    const others = affectsCallbacks(rule)
      ? (['route', 'path', 'method', 'identity'] as const)
      : (['event'] as const);
    for (const field of others) if (rule[field] !== undefined) add(field, 'invalid');
  });
  return problems;
}
