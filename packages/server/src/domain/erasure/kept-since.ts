import { forever, type SettingValues } from '@aislechat/contract';

const dayMs = 24 * 60 * 60_000;

/** Before this time things are kept no longer; undefined: everything is kept. */
export function keptSince(
  now: number,
  ...settings: SettingValues['orderRetentionDays'][]
): number | undefined {
  const days = settings.map((setting) => (setting === forever ? Number.POSITIVE_INFINITY : setting));
  const longest = Math.max(...days);
  return Number.isFinite(longest) ? now - longest * dayMs : undefined;
}
