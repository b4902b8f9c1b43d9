import { initialSettings, settingNames, wireSettingName } from '@aislechat/contract';

/** The settings of a retailer that has chosen nothing, as the API and the command line show them. */
export const initialOnWire = Object.fromEntries(
  settingNames.map((name) => [wireSettingName(name), initialSettings[name]]),
);
