/** What a retailer may choose: the name of a setting, a title for people, its type, and the words to choose from. Written by `scripts/generate.ts` from the contract; not to be changed here. */
export const retailerSettings = [
  { name: 'name', title: 'Name', type: 'string' },
  { name: 'timezone', title: 'Time zone (IANA)', type: 'string' },
  { name: 'chat_enabled', title: 'Messages can be sent', type: 'boolean' },
  {
    name: 'chat_opens_at',
    title: 'The chat opens with the state',
    type: 'string',
    words: ['picking', 'acknowledged'],
  },
  { name: 'last_mile_chat', title: 'Last-mile orders have a chat', type: 'boolean' },
  {
    name: 'shopper_information_removal',
    title: 'Shopper information is removed: customers cannot read chats',
    type: 'boolean',
  },
  {
    name: 'absent_shopper',
    title: 'Before any assignment, current_shopper is',
    type: 'string',
    words: ['null', 'omit'],
  },
  {
    name: 'privacy_masks',
    title: 'Phone numbers, addresses and the like are removed from messages',
    type: 'boolean',
  },
  {
    name: 'signed_assertions',
    title: 'Signed assertions are',
    type: 'string',
    words: ['accepted', 'required'],
  },
  {
    name: 'chat_callbacks',
    title: 'chat_message_created is sent for messages of',
    type: 'string',
    words: ['all', 'customer'],
  },
  {
    name: 'quick_replies',
    title: 'Quick replies for shoppers, one per line; {customer}, {shopper} and {order} are filled in',
    type: 'array',
  },
] as const;
