/**
 * The settings of a retailer. The API, the command line, the console and storage are all built from this table. To add
 * a setting, add a row here and the code that uses it.
 */
import { type Static, Type } from '../json-schema.ts';
import { limits } from '../limits.ts';
import { choice, Flag, Id, object } from '../schema-kinds.ts';
import { bannerPattern, visibleCharacter } from '../text.ts';

export const ChatOpensAt = choice(['picking', 'acknowledged'], 'First state in which messages may be sent');

export const AbsentShopper = choice(
  ['null', 'omit'],
  'Whether `current_shopper` is null or omitted if no shopper was ever assigned',
);

export const SignedAssertions = choice(
  ['accepted', 'required'],
  'Whether assertions for users and shoppers must be signed',
);

export const ChatCallbacks = choice(
  ['all', 'customer'],
  'Whether `chat_message_created` is sent for all messages or only for the customer’s',
);

const QuickReplies = (description: string) =>
  Type.Array(
    Type.String({ minLength: 1, maxLength: limits.quickReplyCharacters, pattern: visibleCharacter }),
    { maxItems: limits.quickReplies, description },
  );

export const NotificationGrace = choice(
  ['0', '3', '10', '30'],
  'Seconds in which a message may be read or received before its reader is notified',
);

export const SmsNotifications = choice(
  ['off', 'notice', 'full'],
  'Whether customers get text messages: none, without what was written, or with it',
);

const NotificationTexts = Type.Array(
  Type.String({ minLength: 1, maxLength: limits.notificationTextCharacters, pattern: visibleCharacter }),
  {
    maxItems: limits.notificationTexts,
    description:
      'The retailer’s own texts of notifications, each with its name and language: `delivered.en: Your groceries are there!`',
  },
);

/** The word that turns a retention off. Nothing else does: a number that is missing has its initial value. */
export const forever = 'forever';
const longestRetentionDays = 36_500;

/** After how many days something is deleted. */
const Days = (description: string, minimum = 1) =>
  Type.Union([Type.Integer({ minimum, maximum: longestRetentionDays }), Type.Literal(forever)], {
    description: `${description}; \`${forever}\`: never`,
  });

/** `title` is the label in the console, and `option` the name on the command line. */
export const retailerSettings = {
  name: {
    schema: Type.String({
      minLength: 1,
      maxLength: limits.nameCharacters,
      description: 'Name of the retailer',
    }),
    initially: 'Retailer',
    title: 'Name',
    option: 'name',
  },
  timezone: {
    schema: Type.String({
      maxLength: 64,
      description: 'IANA name of the time zone of its orders, such as `America/Denver`',
    }),
    initially: 'UTC',
    title: 'Time zone (IANA)',
    option: 'timezone',
  },
  chatEnabled: {
    schema: Flag('Whether messages can be sent at all'),
    initially: true,
    title: 'Messages can be sent',
    option: 'chat',
  },
  chatOpensAt: {
    schema: ChatOpensAt,
    initially: 'picking',
    title: 'The chat opens with the state',
    option: 'chat-opens-at',
  },
  lastMileChat: {
    schema: Flag('Whether last-mile orders have a chat'),
    initially: false,
    title: 'Last-mile orders have a chat',
    option: 'last-mile-chat',
  },
  shopperInformationRemoval: {
    schema: Flag('Whether answers to customers omit shopper information'),
    initially: false,
    title: 'Shopper information is removed: customers cannot read chats',
    option: 'shopper-information-removal',
  },
  absentShopper: {
    schema: AbsentShopper,
    initially: 'null',
    title: 'Before any assignment, current_shopper is',
    option: 'absent-shopper',
  },
  privacyMasks: {
    schema: Flag('Whether phone numbers and the like are removed from messages'),
    initially: false,
    title: 'Phone numbers, addresses and the like are removed from messages',
    option: 'privacy-masks',
  },
  signedAssertions: {
    schema: SignedAssertions,
    initially: 'accepted',
    title: 'Signed assertions are',
    option: 'signed-assertions',
  },
  chatCallbacks: {
    schema: ChatCallbacks,
    initially: 'all',
    title: 'chat_message_created is sent for messages of',
    option: 'chat-callbacks',
  },
  quickReplies: {
    schema: QuickReplies(
      'Texts for shoppers to tap; `{customer}`, `{shopper}` and `{order}` are filled in. If empty, the shopper’s page shows its own',
    ),
    initially: [],
    title: 'Quick replies for shoppers, one per line; {customer}, {shopper} and {order} are filled in',
    option: 'quick-reply',
  },
  pushNotifications: {
    schema: Flag('Whether customers and shoppers can be notified by push'),
    initially: true,
    title: 'Customers and shoppers can be notified by push',
    option: 'push',
  },
  pushFirstLine: {
    schema: Flag('Whether push notifications show the first line of a message'),
    initially: false,
    title: 'Push notifications show the first line of a message',
    option: 'push-first-line',
  },
  smsNotifications: {
    schema: SmsNotifications,
    initially: 'off',
    title: 'Text messages to customers',
    option: 'sms',
  },
  lifecycleNotices: {
    schema: Flag('Whether customers are notified of the steps of their order'),
    initially: true,
    title:
      'Customers are notified when shopping starts, a replacement waits, and the order is on its way, delivered or canceled',
    option: 'lifecycle-notices',
  },
  notificationGrace: {
    schema: NotificationGrace,
    initially: '3',
    title: 'Seconds before the reader of a message is notified',
    option: 'notification-grace',
  },
  notificationTexts: {
    schema: NotificationTexts,
    initially: [],
    title: 'Texts of notifications, one per line, such as delivered.en: Your groceries are there!',
    option: 'notification-text',
  },
  hostedPage: {
    schema: Flag('Whether orders have a page for their customer, at `order_url`'),
    initially: true,
    title: 'Orders have a page for their customer (order_url)',
    option: 'hosted-page',
  },
  linkBoundToDevice: {
    schema: Flag('Whether the link of an order works only on the devices that it is bound to'),
    initially: false,
    title:
      'The link of an order works only on the first device that opens it, and on others with a code by SMS',
    option: 'link-bound-to-device',
  },
  logoUrl: {
    schema: Type.String({
      maxLength: limits.urlCharacters,
      pattern: '^(https://[^\\s]+)?$',
      description: 'Address of the logo on the page of an order (`https`); empty: none',
    }),
    initially: '',
    title: 'Logo on the page of an order (https address)',
    option: 'logo-url',
  },
  brandColor: {
    schema: Type.String({
      pattern: '^#[0-9A-Fa-f]{6}$',
      description:
        'Color of the buttons on the page of an order, such as `#0b6e4f`; it must be dark enough for white text',
    }),
    initially: '#0b6e4f',
    title: 'Color of buttons on the page of an order, such as #0b6e4f',
    option: 'brand-color',
  },
  mapTilesUrl: {
    schema: Type.String({
      maxLength: limits.urlCharacters,
      pattern: '^(https://[\\w.-]+(:\\d+)?/[^\\s#]*)?$',
      description:
        'Address of the tiles of the map on the page of an order (`https`), with `{z}`, `{x}` and `{y}`; empty: no map',
    }),
    initially: '',
    title:
      'Tiles of the map on the page of an order, such as https://tiles.example/{z}/{x}/{y}.png; empty for no map',
    option: 'map-tiles-url',
  },
  mapAttribution: {
    schema: Type.String({
      maxLength: limits.mapAttributionCharacters,
      description: 'Whose map it is, as its license asks for; required with `map_tiles_url`',
    }),
    initially: '',
    title: 'Attribution on the map, as the license of its tiles asks for',
    option: 'map-attribution',
  },
  pickupInstructions: {
    schema: Type.String({
      maxLength: limits.textCharacters,
      description: 'What customers have to do at the store to get an order that they pick up; empty: nothing',
    }),
    initially: '',
    title: 'Instructions for picking up an order',
    option: 'pickup-instructions',
  },
  greeting: {
    schema: Type.String({
      maxLength: limits.messageCharacters / 2,
      description:
        'What the shopper says when picking starts; `{customer}`, `{shopper}` and `{order}` are filled in. Empty: nothing',
    }),
    initially: '',
    title: 'What the shopper says when picking starts; {customer}, {shopper} and {order} are filled in',
    option: 'greeting',
  },
  customerQuickRepliesShown: {
    schema: Flag('Whether the page of an order offers quick replies to the customer'),
    initially: true,
    title: 'Customers have quick replies on the page of an order',
    option: 'customer-quick-replies-shown',
  },
  customerQuickReplies: {
    schema: QuickReplies(
      'Texts for customers to tap. If empty, the page of an order shows its own, in the customer’s language',
    ),
    initially: [],
    title: 'Quick replies for customers, one per line',
    option: 'customer-quick-reply',
  },
  reportEvidenceDays: {
    schema: Type.Integer({
      minimum: 0,
      maximum: limits.evidenceDays,
      description:
        'Days for which messages that somebody reports are held as evidence, counted from the report; 0: they are not held',
    }),
    initially: 0,
    title:
      'Days for which reported messages are held as evidence (0 to 30; 0: not at all; a smaller number also erases what is held longer)',
    option: 'report-evidence-days',
  },
  orderRetentionDays: {
    schema: Days('Days after its end when an order is deleted with everything that belongs to it'),
    initially: 30,
    title: 'Days until an ended order is deleted, or forever',
    option: 'order-retention-days',
  },
  personRetentionDays: {
    schema: Days('Days after their last activity when a user or shopper without orders is deleted'),
    initially: 90,
    title: 'Days until a person without orders is deleted, or forever',
    option: 'person-retention-days',
  },
  auditRetentionDays: {
    schema: Days('Days until an entry of the audit log is deleted', 30),
    initially: 400,
    title: 'Days until an audit entry is deleted (30 or more), or forever',
    option: 'audit-retention-days',
  },
  receiptRetentionDays: {
    schema: Days('Days until the receipt of an erasure is deleted'),
    initially: 400,
    title: 'Days until the receipt of an erasure is deleted, or forever',
    option: 'receipt-retention-days',
  },
} as const;

type Table = typeof retailerSettings;
export type SettingName = keyof Table;
/** Keyed by the names in the domain. */
export type SettingValues = { -readonly [Name in SettingName]: Value<Static<Table[Name]['schema']>> };
type Value<Given> = Given extends (infer Item)[] ? readonly Item[] : Given;

type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : Name;
/** Keyed by the names on the wire. */
type WireSettings = { [Name in SettingName as Snake<Name>]: SettingValues[Name] };

export const settingNames = Object.keys(retailerSettings) as SettingName[];

/** Returns the name of a setting on the wire: `chatOpensAt` becomes `chat_opens_at`. */
export const wireSettingName = (name: SettingName): keyof WireSettings =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as keyof WireSettings;

interface SettingShape {
  type: 'string' | 'boolean' | 'array' | 'days';
  enum?: readonly string[];
  description: string;
  maxLength?: number;
  pattern?: string;
  /** The fewest and the most days, and whether the word `forever` may stand for them. */
  minimum?: number;
  maximum?: number;
  canBeForever?: boolean;
}

/**
 * Returns the form of a setting: `type` is a JSON Schema type, or `days` for a number of days; `enum` lists the possible
 * words.
 */
export function settingShape(name: SettingName): SettingShape {
  const schema = retailerSettings[name].schema as unknown as Omit<SettingShape, 'type'> & {
    type: SettingShape['type'] | 'integer';
    anyOf?: [SettingShape];
  };
  const { type, description, anyOf } = schema;
  if (anyOf) return { ...anyOf[0], description, type: 'days', canBeForever: true };
  return { ...schema, type: type === 'integer' ? 'days' : type };
}

/** Whether a value may be that of a setting in days. */
export function areDays(name: SettingName, value: unknown): boolean {
  const { minimum, maximum, canBeForever } = settingShape(name);
  return (
    (canBeForever === true && value === forever) ||
    (Number.isInteger(value) && Number(value) >= minimum! && Number(value) <= maximum!)
  );
}

export const initialSettings = Object.fromEntries(
  settingNames.map((name) => [name, retailerSettings[name].initially]),
) as unknown as SettingValues;

/** What a new retailer starts with, as the wire has it. */
export const initialWireSettings = Object.fromEntries(
  settingNames.map((name) => [wireSettingName(name), retailerSettings[name].initially]),
) as unknown as WireSettings;

const properties = Object.fromEntries(
  settingNames.map((name) => [wireSettingName(name), retailerSettings[name].schema]),
);

export const RetailerSettings = Type.Unsafe<Partial<WireSettings>>(
  Type.Partial(object(properties), {
    description: 'Settings of a retailer; omitted settings stay unchanged',
  }),
);
export type RetailerSettings = Static<typeof RetailerSettings>;

export const CreateRetailerRequest = Type.Unsafe<Partial<WireSettings> & { banners?: string[] }>(
  Type.Partial(
    object({
      ...properties,
      banners: Type.Array(Type.String({ pattern: bannerPattern }), {
        minItems: 2,
        maxItems: limits.banners,
        uniqueItems: true,
        description: 'Slugs of the banners of an organization: each gets a retailer with these settings',
      }),
    }),
    { description: 'Settings of a new retailer; omitted settings have their defaults' },
  ),
);
export type CreateRetailerRequest = Static<typeof CreateRetailerRequest>;

export const Retailer = Type.Unsafe<{ retailer_id: number } & WireSettings>(
  object({ retailer_id: Id('ID of the retailer'), ...properties }, 'A retailer with all its settings'),
);
export type Retailer = Static<typeof Retailer>;
