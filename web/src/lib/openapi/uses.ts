import type { Model, Operation } from './model';
import { refName } from './resolve';

/** What refers to a component schema itself. */
export interface Uses {
  operations: Operation[];
  schemas: string[];
}

/** Finds the operations and schemas that name a schema. */
export function usesOf(model: Model, name: string): Uses {
  return {
    operations: model.operations.filter((op) => refers([op.parameters, op.body, op.responses], name)),
    schemas: model.schemas.filter((other) => other !== name && refers(model.doc.components?.schemas?.[other], name)),
  };
}

/** Whether a part of the document has the reference. References are not followed, so that nothing goes in circles. */
function refers(node: unknown, name: string): boolean {
  if (node === null || typeof node !== 'object') return false;
  return Object.entries(node).some(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? value.startsWith('#/components/schemas/') && refName(value) === name : refers(value, name),
  );
}
