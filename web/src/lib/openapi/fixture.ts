import { modelOf, type Model } from './model';
import type { Document, Schema } from './types';

/** A document for tests: schemas, and operations by "method path". */
export function fixture(schemas: Record<string, Schema>, operations: Record<string, object> = {}, more: object = {}): Model {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [key, operation] of Object.entries(operations)) {
    const [method, path] = key.split(' ') as [string, string];
    (paths[path] ??= {})[method] = operation;
  }
  return modelOf({ openapi: '3.1.1', info: { title: 'Test', version: '1' }, paths, components: { schemas }, ...more } as Document);
}
