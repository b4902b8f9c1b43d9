export * from './callbacks.ts';
export * from './errors.ts';
export * from './limits.ts';
export * from './openapi.ts';
export * from './routes.ts';
export type { OrderItem } from './schemas.ts';
export * as schemas from './schemas.ts';
export * from './signature.ts';
export * from './workflow.ts';
