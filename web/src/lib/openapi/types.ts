// The parts of an OpenAPI 3.1 document that are shown, and JSON.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  nullable?: boolean; // of OpenAPI 3.0
  enum?: Json[];
  const?: Json;
  default?: Json;
  example?: Json;
  examples?: Json[];
  deprecated?: boolean;
  readOnly?: boolean;
  writeOnly?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  contentEncoding?: string;
  contentMediaType?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  items?: Schema | boolean;
  prefixItems?: Schema[];
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  contains?: Schema;
  minContains?: number;
  maxContains?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  minProperties?: number;
  maxProperties?: number;
  propertyNames?: Schema;
  dependentRequired?: Record<string, string[]>;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  discriminator?: { propertyName: string; mapping?: Record<string, string> };
  'x-accept'?: string[]; // media types of a file
  'x-aliases'?: string[]; // further names
}

export interface Example {
  summary?: string;
  value?: Json;
}

export interface MediaType {
  schema?: Schema;
  example?: Json;
  examples?: Record<string, Example>;
  encoding?: Record<string, { contentType?: string; style?: string; explode?: boolean }>;
}

export type Place = 'path' | 'query' | 'header' | 'cookie';

export interface Parameter {
  $ref?: string;
  name: string;
  in: Place;
  description?: string;
  required?: boolean;
  deprecated?: boolean;
  style?: string;
  explode?: boolean;
  allowReserved?: boolean;
  'x-rest'?: boolean; // takes slashes as they are
  schema?: Schema;
  content?: Record<string, MediaType>;
  example?: Json;
  examples?: Record<string, Example>;
}

export interface Body {
  $ref?: string;
  description?: string;
  required?: boolean;
  content?: Record<string, MediaType>;
}

export interface Header {
  $ref?: string;
  description?: string;
  required?: boolean;
  deprecated?: boolean;
  schema?: Schema;
}

export interface Response {
  $ref?: string;
  description?: string;
  'x-response-name'?: string;
  headers?: Record<string, Header>;
  content?: Record<string, MediaType>;
}

export type Requirement = Record<string, string[]>;

export interface SecurityScheme {
  $ref?: string;
  type: string;
  description?: string;
  name?: string;
  in?: string;
  scheme?: string;
  bearerFormat?: string;
  openIdConnectUrl?: string;
}

export interface RawOperation {
  tags?: string[];
  summary?: string;
  description?: string;
  operationId?: string;
  'x-ref'?: string;
  'x-idempotent'?: boolean;
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Response>;
  deprecated?: boolean;
  security?: Requirement[];
  servers?: Server[];
}

export interface Server {
  url: string;
  description?: string;
  variables?: Record<string, { default: string; enum?: string[]; description?: string }>;
}

export interface Document {
  openapi: string;
  info: {
    title: string;
    version: string;
    summary?: string;
    description?: string;
    termsOfService?: string;
    contact?: { name?: string; url?: string; email?: string };
    license?: { name: string; identifier?: string; url?: string };
  };
  servers?: Server[];
  security?: Requirement[];
  tags?: { name: string; description?: string }[];
  paths?: Record<string, Record<string, unknown>>;
  components?: {
    schemas?: Record<string, Schema>;
    securitySchemes?: Record<string, SecurityScheme>;
    [kind: string]: unknown;
  };
  externalDocs?: { url: string; description?: string };
}
