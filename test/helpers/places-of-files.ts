import type { z } from 'zod';
import { BlobKey } from '#src/core/blob-key.js';

interface Definition {
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
}

/** Where a contract names stored files: `lora`, `photos[]`. */
export function placesOfFiles(schema: z.ZodType, path = ''): string[] {
  if ((schema as unknown) === BlobKey) return [path];
  const { shape, element, innerType, valueType, options = [], items = [] } = schema.def as Definition;
  const inside = [innerType, ...options].flatMap((part) => part ?? []).flatMap((part) => placesOfFiles(part, path));
  const listed = [element, valueType, ...items].flatMap((part) => part ?? []);
  const named = Object.entries(shape ?? {});
  return [
    ...new Set(inside),
    ...listed.flatMap((part) => placesOfFiles(part, `${path}[]`)),
    ...named.flatMap(([field, part]) => placesOfFiles(part, path === '' ? field : `${path}.${field}`)),
  ];
}
