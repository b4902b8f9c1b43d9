/** What happens in the demo's order, and what its two people say. After that, you play the customer. */
import type { ScenarioScript } from '../domain/sandbox/script.ts';

export const demoScript: ScenarioScript & { repeat_from: number } = {
  name: 'demo',
  steps: [
    { shopper: 'Ilse' },
    { state: 'picking' },
    { shopper_says: 'Hi {customer}, this is {shopper}. I am starting your order now.' },
    { read_by: 'customer' },
    { customer_says: 'Hi {shopper}, thank you!' },
    { read_by: 'shopper' },
    { shopper_says: 'The ripe avocados are out. Shall I take firm ones?' },
    { await_customer: {} },
    { wait: '800ms' },
    { read_by: 'shopper' },
    { wait: '1200ms' },
    {
      shopper_answers: [
        { when: ['no', 'not'], say: ['No problem, I will leave it out.', 'Okay, I will skip it then.'] },
        {
          when: ['yes', 'fine', 'ok', 'okay', 'sure', 'please'],
          say: ['Done, it is in your cart.', 'Got it, will do.'],
        },
        { when: ['thanks', 'thank you'], say: 'You are welcome!' },
        { say: ['Sure, I am at that shelf right now.', 'No problem. Anything else while I am here?'] },
      ],
    },
  ],
  repeat_from: 8,
};
