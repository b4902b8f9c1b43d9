export {
  areDays,
  forever,
  initialSettings,
  retailerSettings,
  type SettingName,
  type SettingValues,
  settingNames,
  settingShape,
  wireSettingName,
} from './api/settings.ts';
export * from './callbacks.ts';
export * from './errors.ts';
export * from './limits.ts';
export * from './notifications.ts';
export * from './openapi.ts';
export * from './route.ts';
export * from './routes.ts';
export * from './sandbox.ts';
export type { OrderItem } from './schemas.ts';
export * as schemas from './schemas.ts';
export * from './signature.ts';
export * from './text.ts';
export * from './wire-values.ts';
export * from './workflow.ts';
