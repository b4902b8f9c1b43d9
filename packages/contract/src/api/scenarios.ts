/** Scenarios: scripts of what happens to an order and of its messages. These operations are ours. */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { bySandbox, define } from '../route.ts';
import { scenarioPaces, scenarioStates } from '../sandbox.ts';
import {
  choice,
  described,
  HttpsUrl,
  Id,
  Identifier,
  Integer,
  object,
  optional,
  PersonName,
  Text,
  Timestamp,
  text,
} from '../schema-kinds.ts';
import { Success } from './answers.ts';
import { Party, ReplacementAnswer, WorkflowState } from './enumerations.ts';

const Duration = (description: string) => Type.String({ pattern: '^[0-9]{1,6}(ms|s|m|h)$', description });

const Line = Type.String({
  minLength: 1,
  maxLength: limits.identifierCharacters,
  description: 'Line number of the item',
});

const ProductCode = Type.String({
  minLength: 1,
  maxLength: limits.identifierCharacters,
  description: 'Universal product code',
});

export const ScenarioText = Type.Union(
  [
    Type.String({ minLength: 1, maxLength: limits.messageCharacters }),
    Type.Array(Type.String({ minLength: 1, maxLength: limits.messageCharacters }), {
      minItems: 1,
      maxItems: 20,
    }),
  ],
  { description: 'A text, or several of which the seed chooses one' },
);

export const ScenarioReply = object(
  {
    when: optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        maxItems: 20,
        description: 'Words in the customer’s message that trigger this reply; without them any message does',
      }),
    ),
    say: described(ScenarioText, 'The reply; the seed chooses one of several texts'),
  },
  'A reply of the shopper to a message of the customer',
);

export const ScenarioStep = object(
  {
    wait: optional(Duration('Wait for a time such as `90s` or `5m`, on the retailer’s clock')),
    shopper: optional(PersonName('A shopper of this name takes the order, or takes it over')),
    state: optional(described(WorkflowState, 'The order moves to this state')),
    shopper_says: optional(
      described(ScenarioText, 'The shopper says this; the seed chooses one of several texts'),
    ),
    image: optional(HttpsUrl('A picture with what the shopper says')),
    customer_says: optional(
      described(ScenarioText, 'The customer says this; the seed chooses one of several texts'),
    ),
    await_customer: optional(
      object(
        {
          within: optional(Duration('The longest wait; without it the script waits until a message arrives')),
          otherwise: optional(
            described(ScenarioText, 'The message to send as the customer if none arrives in time'),
          ),
        },
        'Wait for a message of the customer',
      ),
    ),
    shopper_answers: optional(
      Type.Array(ScenarioReply, {
        minItems: 1,
        maxItems: 20,
        description: 'The shopper replies to the customer’s last message with the first reply that fits',
      }),
    ),
    read_by: optional(choice(['shopper', 'customer'], 'This side reads what it has not read')),
    replace: optional(
      object({ line: Line, name: text('Name of the new product', 255), upc: ProductCode }, 'Replace an item'),
    ),
    refund: optional(object({ line: Line }, 'Refund an item')),
    decide: optional(
      object({ line: Line, status: ReplacementAnswer }, 'The customer decides on a replacement'),
    ),
  },
  'One of these members; `image` only together with `shopper_says`',
);
export type ScenarioStep = Static<typeof ScenarioStep>;

export const ScenarioScript = object(
  {
    name: optional(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$', description: 'Name of the scenario' })),
    description: optional(text('A description for readers')),
    order: optional(choice(['delivery', 'pickup'], 'Type of the order that is created')),
    customer: optional(PersonName('First name of the customer; without it the seed chooses one')),
    items: optional(
      Type.Array(object({ name: text('Name of the product', 255), upc: ProductCode }), {
        minItems: 1,
        maxItems: 100,
        description: 'Items of the order that is created',
      }),
    ),
    steps: Type.Array(ScenarioStep, {
      minItems: 1,
      maxItems: limits.scenarioSteps,
      description: 'The steps, in order',
    }),
    repeat_from: optional(
      Type.Integer({
        minimum: 1,
        description:
          'Number of the step to go on with after the last one, for as long as the server runs. That step has to wait for the customer without `within`, and `shopper_answers` has to follow it. Not with the pace `fast`',
      }),
    ),
  },
  'A script of the events and messages of an order',
);
export type ScenarioScript = Static<typeof ScenarioScript>;

export const ScenarioPace = choice(
  scenarioPaces,
  '`real`: in real time on the retailer’s clock; `fast`: all at once; `step`: one step per request',
);

export const ScenarioState = choice(scenarioStates, 'The state of the scenario');

export const RunScenarioRequest = object(
  {
    name: optional(text('A scenario that comes with the server; one of this and `script` is required', 64)),
    script: optional(ScenarioScript),
    pace: optional(
      described(
        ScenarioPace,
        '`real` (default): in real time on the retailer’s clock; `fast`: all at once; `step`: one step per request',
      ),
    ),
    seed: optional(
      Type.Integer({
        minimum: 0,
        maximum: 2 ** 32 - 1,
        description: 'Decides which texts are chosen; 0 by default',
      }),
    ),
    order_id: optional(
      Identifier('An existing order to play on; without it a customer and an order are created'),
    ),
  },
  'The scenario to play, and its options',
);

export const PlayedStep = object(
  {
    step: Integer('Number of the step, from 1'),
    at: Timestamp('When it was played, on the retailer’s clock'),
    action: Text('What the step did'),
    sender_type: optional(described(Party, 'The side that sent the message')),
    body: optional(Text('The text of the message; for other steps the state or the shopper')),
  },
  'A step that has been played',
);

export const ScenarioProblem = object(
  { step: Integer('Number of the step, from 1'), message: Text('The API’s error message') },
  'The step that ended the scenario',
);

export const Scenario = object(
  {
    id: Id('ID of the scenario'),
    name: Text('Name of the scenario'),
    pace: ScenarioPace,
    seed: Integer('Decides which texts are chosen'),
    state: ScenarioState,
    order_id: Text('The retailer’s own ID of the order'),
    position: Integer('Steps that have been played'),
    steps: Integer('Steps in all'),
    due_at: optional(Timestamp('When the next step is due, on the retailer’s clock')),
    done: Type.Array(PlayedStep, { description: 'The steps played so far, oldest first' }),
    problem: optional(ScenarioProblem),
  },
  'A running or finished scenario',
);
export type Scenario = Static<typeof Scenario>;

const scenarios = { ...bySandbox, surface: 'native' } as const;

export const scenarioRoutes = define({
  runScenario: {
    ...scenarios,
    method: 'POST',
    path: '/v1/sandbox/scenarios',
    summary: 'Run a scenario',
    description:
      'Plays a script of the events of an order and the messages of its shopper and customer. The same seed chooses the same texts. A step that the API refuses ends the scenario.',
    internalIds: true,
    body: RunScenarioRequest,
    answer: Scenario,
    errors: ['invalid_parameters', 'resource_not_found', 'limit_reached'],
  },
  getScenario: {
    ...scenarios,
    method: 'GET',
    path: '/v1/sandbox/scenarios/{scenario_id}',
    summary: 'Get a scenario',
    description:
      'Returns the progress of the scenario and the steps played so far. Scenarios exist only in the memory of the server process, and end with it.',
    answer: Scenario,
    errors: ['resource_not_found'],
  },
  endScenario: {
    ...scenarios,
    method: 'DELETE',
    path: '/v1/sandbox/scenarios/{scenario_id}',
    summary: 'End a scenario',
    description: 'Ends the scenario and removes it. Its order stays as it is.',
    answer: Success,
    errors: ['resource_not_found'],
  },
  stepScenario: {
    ...scenarios,
    method: 'POST',
    path: '/v1/sandbox/scenarios/{scenario_id}/step',
    summary: 'Play the next step of a scenario',
    description:
      'Plays one step at once, and moves the retailer’s clock forward by the time that the step waits.',
    answer: Scenario,
    errors: ['resource_not_found'],
  },
});
