/** What a test and the process that lets its hours pass agree on. */
export const hourMs = 3_600_000;
/** In `service_values`: the hour that has come. */
export const hourName = 'test_hour';
export const restorableHours = 2;
