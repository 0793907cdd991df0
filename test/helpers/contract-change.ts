/** A type as JSON Schema, as far as contracts of jobs use it. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** That a type once forbade unknown fields is no change: no message has had any. */
const comparedApart = new Set(['properties', 'required', 'additionalProperties', '$schema']);

/**
 * What keeps readers by the one type from messages by the other, whichever is older: everything but properties that are new and may be
 * left out.
 * @returns where, in words of the schema; nothing where both get along
 */
export function incompatibilities(before: Schema, after: Schema, path = ''): string[] {
  const found: string[] = [];
  for (const [name, property] of Object.entries(before.properties ?? {})) {
    const later = after.properties?.[name];
    found.push(...(later ? incompatibilities(property, later, `${path}.${name}`) : [`${path}.${name} is gone`]));
  }
  const [must, mustLater] = [before.required ?? [], after.required ?? []];
  for (const name of new Set([...must, ...mustLater]))
    if (must.includes(name) !== mustLater.includes(name)) found.push(`whether ${path}.${name} has to be there`);
  for (const keyword of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (!comparedApart.has(keyword)) found.push(...changes(before[keyword], after[keyword], `${path} ${keyword}`));
  return found;
}

function changes(before: unknown, after: unknown, path: string): string[] {
  if (isSchema(before) && isSchema(after)) return incompatibilities(before, after, path);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((each, index) => changes(each, after[index], `${path}[${index}]`));
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [`${path}: ${JSON.stringify(before)}, then ${JSON.stringify(after)}`];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
