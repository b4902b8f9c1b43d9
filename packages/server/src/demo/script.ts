/** What the demo's two people say. */
export const opening: { from: 'customer' | 'shopper'; text: string }[] = [
  { from: 'shopper', text: 'Hi Noor, this is Ilse. I am starting your order now.' },
  { from: 'customer', text: 'Hi Ilse, thank you!' },
  { from: 'shopper', text: 'The ripe avocados are out. Shall I take firm ones?' },
];

/** The shopper reads what the customer sent, and answers a moment later, in real time. */
export const readAfterMs = 800;
export const replyAfterMs = 2000;

export const answers = [
  'Got it, will do.',
  'Sure, I am at that shelf right now.',
  'No problem. Anything else while I am here?',
  'Done, it is in your cart.',
];
