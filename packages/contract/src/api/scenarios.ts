/** Scenarios: scripts of what happens to an order and is said in it. Ours. */
import { type Static, Type } from 'typebox';
import { limits } from '../limits.ts';
import { bySandbox, define } from '../route.ts';
import { scenarioPaces, scenarioStates } from '../sandbox.ts';
import {
  choice,
  HttpsUrl,
  Identifier,
  Integer,
  object,
  optional,
  PersonName,
  Timestamp,
  text,
} from '../schema-kinds.ts';
import { replacementAnswers, workflowStates } from '../workflow.ts';
import { Success } from './answers.ts';
import { Party } from './chat.ts';

const Duration = (description: string) => Type.String({ pattern: '^[0-9]{1,6}(ms|s|m|h)$', description });

const Line = Type.String({ minLength: 1, maxLength: limits.identifierCharacters });

const Said = (description: string) =>
  Type.Union(
    [
      Type.String({ minLength: 1, maxLength: limits.messageCharacters }),
      Type.Array(Type.String({ minLength: 1, maxLength: limits.messageCharacters }), {
        minItems: 1,
        maxItems: 20,
      }),
    ],
    { description: `${description}; of several texts the seed chooses one` },
  );

const ScenarioStep = object(
  {
    wait: optional(Duration('Such as `90s` or `5m`, on the retailer’s clock')),
    shopper: optional(PersonName('Who takes the order, or takes it over')),
    state: optional(choice(workflowStates, 'Where the order goes')),
    shopper_says: optional(Said('Text of the shopper')),
    image: optional(HttpsUrl('Picture with what the shopper says')),
    customer_says: optional(Said('Text of the customer')),
    await_customer: optional(
      object({
        within: optional(
          Duration('So long the script waits for a message of the customer; without it until one comes'),
        ),
        otherwise: optional(Said('What is said in their name when none comes in that time')),
      }),
    ),
    shopper_answers: optional(
      Type.Array(
        object({
          when: optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 20 })),
          say: Said('The answer to a message with one of these words'),
        }),
        { minItems: 1, maxItems: 20 },
      ),
    ),
    read_by: optional(choice(['shopper', 'customer'], 'Who reads what is unread')),
    replace: optional(object({ line: Line, name: text('Of the new item', 255), upc: Line })),
    refund: optional(object({ line: Line })),
    decide: optional(object({ line: Line, status: choice(replacementAnswers, 'What the customer says') })),
  },
  'One of these; `image` besides `shopper_says`',
);
export type ScenarioStep = Static<typeof ScenarioStep>;

const ScenarioScript = object({
  name: optional(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' })),
  description: optional(text('For the reader')),
  order: optional(choice(['delivery', 'pickup'], 'Kind of the order that is made')),
  customer: optional(PersonName('First name of the customer; without one the seed chooses')),
  items: optional(
    Type.Array(object({ name: text('As the customer sees it', 255), upc: Line }), {
      minItems: 1,
      maxItems: 100,
    }),
  ),
  steps: Type.Array(ScenarioStep, { minItems: 1, maxItems: limits.scenarioSteps }),
  repeat_from: optional(
    Type.Integer({
      minimum: 1,
      description:
        'After the last step it goes on with this one, for as long as the server runs. It must wait for the customer without `within`, and `shopper_answers` must follow. Not for the pace `fast`',
    }),
  ),
});
export type ScenarioScript = Static<typeof ScenarioScript>;

export const RunScenarioRequest = object({
  name: optional(text('One that comes with the server; or give a `script`', 64)),
  script: optional(ScenarioScript),
  pace: optional(choice(scenarioPaces, 'Default `real`')),
  seed: optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: 'Default 0' })),
  order_id: optional(Identifier('An order there is; without one a customer and an order are made')),
});

export const Scenario = object({
  id: Type.Integer(),
  name: Type.String(),
  pace: choice(scenarioPaces, 'How it is played'),
  seed: Type.Integer(),
  state: choice(scenarioStates, 'Whether it goes on'),
  order_id: Type.String({ description: 'The retailer’s own ID of the order' }),
  position: Integer('How many steps are done'),
  steps: Integer('How many there are'),
  due_at: optional(Timestamp('When the step comes that is waited for, on the retailer’s clock')),
  done: Type.Array(
    object({
      step: Integer('Number of the step, from 1'),
      at: Timestamp('On the retailer’s clock'),
      action: Type.String(),
      sender_type: optional(Party),
      body: optional(Type.String({ description: 'What was said, or the state or the shopper' })),
    }),
  ),
  problem: optional(object({ step: Type.Integer(), message: Type.String() })),
});
export type Scenario = Static<typeof Scenario>;

const scenarios = { ...bySandbox, surface: 'native' } as const;

export const scenarioRoutes = define({
  runScenario: {
    ...scenarios,
    method: 'POST',
    path: '/v1/sandbox/scenarios',
    summary: 'Play a script of what happens to an order and what is said in it',
    internalIds: true,
    body: RunScenarioRequest,
    answer: Scenario,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  getScenario: {
    ...scenarios,
    method: 'GET',
    path: '/v1/sandbox/scenarios/{scenario_id}',
    summary: 'Where a scenario stands and what it did',
    answer: Scenario,
    errors: ['resource_not_found'],
  },
  endScenario: {
    ...scenarios,
    method: 'DELETE',
    path: '/v1/sandbox/scenarios/{scenario_id}',
    summary: 'End a scenario and forget it; its order stays as it is',
    answer: Success,
    errors: ['resource_not_found'],
  },
  stepScenario: {
    ...scenarios,
    method: 'POST',
    path: '/v1/sandbox/scenarios/{scenario_id}/step',
    summary: 'Play the next step now, moving the clock by what it waits',
    answer: Scenario,
    errors: ['resource_not_found'],
  },
});
