/** Retailers, their settings, their applications and their virtual clocks. */
import {
  type ApplicationScope,
  areDays,
  initialSettings,
  isVisible,
  limits,
  type SettingValues,
  scopes,
  settingNames,
  settingShape,
  wireSettingName,
} from '@aislechat/contract';
import type { ApplicationRow, RetailerRow, Store, Writer } from '../../storage/store.ts';
import { hashSecret, newClientId, newSecret } from '../access/secrets.ts';
import { type Clock, retailerNow } from '../clock.ts';
import { InvalidParameters } from '../errors.ts';
import { nextId } from '../ids.ts';
import { assertTexts } from '../notifications/texts.ts';
import { contrastWithWhite, leastContrast } from './contrast.ts';

export type RetailerSettings = SettingValues;

/** An application with its secret, which is shown only this once and stored only as a hash. */
export interface NewApplication {
  application: ApplicationRow;
  clientSecret: string;
}

export type NewRetailer = NewApplication & { retailer: RetailerRow };

/** @throws InvalidParameters */
export function createRetailer(
  store: Store,
  clock: Clock,
  settings: Partial<RetailerSettings>,
  credentials?: { clientId: string; clientSecret: string },
  alongside?: (tx: Writer, created: NewRetailer) => Promise<void>,
): Promise<NewRetailer> {
  return store.write(async (tx) => {
    const created = await insertNewRetailer(tx, clock, settings, credentials);
    await alongside?.(tx, created);
    return created;
  });
}

/** A retailer with its first application. @throws InvalidParameters */
export async function insertNewRetailer(
  tx: Writer,
  clock: Clock,
  settings: Partial<RetailerSettings>,
  credentials?: { clientId: string; clientSecret: string },
): Promise<NewRetailer> {
  const retailer = await insertRetailer(tx, settings);
  const created = await insertApplication(tx, clock, retailer.id, {
    name: 'default',
    scopes,
    ...credentials,
  });
  return { retailer, ...created };
}

/** @param banner its place in an organization, if it has one @throws InvalidParameters */
export function insertRetailer(
  tx: Writer,
  settings: Partial<RetailerSettings>,
  banner: Pick<RetailerRow, 'organizationId' | 'banner'> = { organizationId: null, banner: null },
): Promise<RetailerRow> {
  const all = { ...initialSettings, ...readSettings(settings) };
  assertAttribution(all);
  return tx.retailers.insert({
    ...all,
    clockOffsetMs: 0,
    clockFrozenAt: null,
    ...banner,
  });
}

export async function insertApplication(
  tx: Writer,
  clock: Clock,
  retailerId: number,
  given: { name: string; scopes: readonly ApplicationScope[]; clientId?: string; clientSecret?: string },
): Promise<NewApplication> {
  const clientSecret = given.clientSecret ?? newSecret();
  const application: ApplicationRow = {
    retailerId,
    id: await nextId(tx, retailerId),
    clientId: given.clientId ?? newClientId(),
    secretHash: hashSecret(clientSecret),
    name: given.name,
    scopes: given.scopes.join(','),
    state: 'enabled',
    createdAt: clock.now(),
    homeId: null,
  };
  await tx.applications.insert(application);
  return { application, clientSecret };
}

/** @throws InvalidParameters */
export async function changeRetailer(
  store: Store,
  id: number,
  changes: Partial<RetailerSettings>,
  alongside?: (tx: Writer) => Promise<void>,
): Promise<RetailerRow> {
  const given = readSettings(changes);
  const change = (retailer: RetailerRow) => {
    const changed = { ...retailer, ...given };
    assertAttribution(changed);
    return changed;
  };
  return changeRow(store, id, change, alongside);
}

/**
 * Moves the retailer's virtual clock, to `now` or forward by `advanceMs`; it then stays frozen or runs on.
 * @throws InvalidParameters when that would move it back
 */
export function moveClock(
  store: Store,
  clock: Clock,
  id: number,
  move: { now?: number; advanceMs?: number; frozen?: boolean },
): Promise<RetailerRow> {
  return changeRow(store, id, (retailer) => {
    const present = retailerNow(clock, retailer);
    const target = (move.now ?? present) + (move.advanceMs ?? 0);
    if (target < present || !Number.isSafeInteger(target) || target > latestInstant) {
      throw new InvalidParameters({
        key: move.now === undefined ? 'advance_ms' : 'now',
        problem: 'invalid',
      });
    }
    const frozen = move.frozen ?? retailer.clockFrozenAt !== null;
    return { ...retailer, clockOffsetMs: target - clock.now(), clockFrozenAt: frozen ? target : null };
  });
}

/** Well before the year 10000, from which ISO 8601 needs another format. */
const latestInstant = Date.UTC(9000, 0, 1);

function changeRow(
  store: Store,
  id: number,
  change: (retailer: RetailerRow) => RetailerRow,
  alongside?: (tx: Writer) => Promise<void>,
): Promise<RetailerRow> {
  return store.write(async (tx) => {
    const changed = change((await tx.retailers.lock(id))!);
    await tx.retailers.update(changed);
    tx.changed({ retailerId: id });
    await alongside?.(tx);
    return changed;
  });
}

/** @returns the settings with the time zone's canonical name @throws InvalidParameters */
function readSettings(settings: Partial<RetailerSettings>): Partial<RetailerSettings> {
  const { name, timezone, quickReplies = [], customerQuickReplies = [] } = settings;
  const { brandColor, logoUrl = '', greeting = '', pickupInstructions = '' } = settings;
  const { mapTilesUrl = '', mapAttribution = '' } = settings;
  if (name !== undefined) {
    if (!isVisible(name)) throw new InvalidParameters({ key: 'name', problem: 'blank' });
    if (name.length > limits.nameCharacters) {
      throw new InvalidParameters({ key: 'name', problem: 'too_long', limit: limits.nameCharacters });
    }
  }
  assertQuickReplies('quick_replies', quickReplies);
  assertQuickReplies('customer_quick_replies', customerQuickReplies);
  assertLength('greeting', greeting, limits.messageCharacters / 2);
  assertLength('pickup_instructions', pickupInstructions, limits.textCharacters);
  if (brandColor !== undefined) {
    const contrast = contrastWithWhite(brandColor);
    if (contrast === undefined) throw new InvalidParameters({ key: 'brand_color', problem: 'invalid' });
    if (contrast < leastContrast)
      throw new InvalidParameters({ key: 'brand_color', problem: 'low_contrast' });
  }
  if (logoUrl !== '' && !(/^https:\/\/\S+$/.test(logoUrl) && URL.canParse(logoUrl))) {
    throw new InvalidParameters({ key: 'logo_url', problem: 'invalid' });
  }
  if (mapTilesUrl !== '') assertTiles(mapTilesUrl);
  assertLength('map_attribution', mapAttribution, limits.mapAttributionCharacters);
  if (settings.notificationTexts) assertTexts(settings.notificationTexts);
  for (const setting of settingNames) {
    const given = settings[setting];
    if (given === undefined || settingShape(setting).type !== 'days' || areDays(setting, given)) continue;
    throw new InvalidParameters({ key: wireSettingName(setting), problem: 'invalid' });
  }
  return timezone === undefined ? settings : { ...settings, timezone: zoneNamed(timezone) };
}

/** The host has no placeholder, so that a shop's page can allow it by its name. @throws InvalidParameters */
function assertTiles(template: string): void {
  const key = 'map_tiles_url';
  const isPlain = /^https:\/\/[\w.-]+(:\d+)?\/[^\s#]*$/.test(template) && !/\/\.\.?(\/|$)/.test(template);
  if (!isPlain || !URL.canParse(template)) throw new InvalidParameters({ key, problem: 'invalid' });
  assertLength(key, template, limits.urlCharacters);
  const placeholders = template.match(/\{[^}]*\}?|\}/g) ?? [];
  if (placeholders.toSorted().join('') !== '{x}{y}{z}') {
    throw new InvalidParameters({ key, problem: 'tile_placeholders' });
  }
}

/** Licenses of tiles demand that a map names its source. @throws InvalidParameters */
function assertAttribution({ mapTilesUrl, mapAttribution }: RetailerSettings): void {
  if (mapTilesUrl !== '' && !isVisible(mapAttribution)) {
    throw new InvalidParameters({ key: 'map_attribution', problem: 'blank' });
  }
}

/** @throws InvalidParameters */
function assertQuickReplies(key: string, texts: readonly string[]): void {
  const { quickReplies: most, quickReplyCharacters } = limits;
  if (texts.length > most) throw new InvalidParameters({ key, problem: 'invalid' });
  for (const text of texts) assertLength(key, text, quickReplyCharacters);
}

/** @throws InvalidParameters */
function assertLength(key: string, text: string, limit: number): void {
  if (text.length > limit) throw new InvalidParameters({ key, problem: 'too_long', limit });
}

/** `america/denver` becomes `America/Denver`: not every program that reads the name ignores case. */
function zoneNamed(name: string): string {
  // An offset is not a name.
  if (!/^[A-Za-z]/.test(name)) throw new InvalidParameters({ key: 'timezone', problem: 'inclusion' });
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    const isAlias = known.toLowerCase() !== name.toLowerCase();
    // An alias such as Asia/Kolkata is kept: the name it resolves to is an older one, or another city's.
    return isAlias && /^[A-Z]/.test(name) ? name : known;
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidParameters({ key: 'timezone', problem: 'inclusion' });
    throw error;
  }
}
