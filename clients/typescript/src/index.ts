export * from './client.js';
export * from './errors.js';
export type * as api from './api.js';
