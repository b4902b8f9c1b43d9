/** Plays scripts of what happens to an order. */
import { type RouteNameOf, schemas } from '@aislechat/contract';
import { InvalidParameters } from '../../domain/errors.ts';
import type { ScenarioInput, Scenarios } from '../../domain/sandbox/scenarios.ts';
import { type Handlers, integerId, orderReference } from '../pipeline/exchange.ts';
import { parse } from '../pipeline/parse.ts';
import { wireScenario } from '../sandbox/wire.ts';

export const scenarioHandlers = (scenarios: Scenarios): Handlers<RouteNameOf<'scenarios'>> => ({
  async runScenario({ caller, request }) {
    const body = parse(schemas.RunScenarioRequest, request.body);
    const { name, script, pace = 'real', seed = 0, order_id } = body;
    if (name === undefined && script === undefined) {
      throw new InvalidParameters({ key: 'script', problem: 'blank' });
    }
    if (name !== undefined && script !== undefined) {
      throw new InvalidParameters({ key: 'name', problem: 'invalid' });
    }
    const reference = order_id === undefined ? undefined : orderReference(request, order_id);
    const input: ScenarioInput = { pace, seed, order: reference };
    if (name !== undefined) input.name = name;
    if (script !== undefined) input.script = script;
    return wireScenario(await scenarios.start(caller, input));
  },

  getScenario: ({ caller, params }) => wireScenario(scenarios.find(caller, integerId(params.scenario_id!))),

  endScenario({ caller, params }) {
    scenarios.end(caller, integerId(params.scenario_id!));
    return { success: true };
  },

  async stepScenario({ caller, params }) {
    return wireScenario(await scenarios.step(caller, integerId(params.scenario_id!)));
  },
});
