/** What Discord publishes about its API, generated daily from its OpenAPI document. */
const specification = await load<{ pathsList: Readonly<Record<string, readonly string[]>> }>('discord-api-spec');
const schemas = await load<Readonly<Record<string, Schema>>>('discord-api-spec/zod');

/** The package describes itself by TypeScript sources that our compiler options refuse, so the compiler is kept from them. */
async function load<Module>(name: string): Promise<Module> {
  return import(name);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
}

interface Schema {
  safeParse(value: unknown): { success: true; data: unknown } | { success: false; error: { issues: readonly Issue[] } };
}

export type SchemaName = `${string}Schema`;

/** `/channels/{channel_id}/messages` for `/channels/123/messages`; undefined where Discord has no such route. */
export function findTemplate(method: string, path: string): string | undefined {
  const parts = path.split('/');
  const fitting = (specification.pathsList[method.toLowerCase()] ?? []).filter((template) => {
    const wanted = template.split('/');
    return (
      wanted.length === parts.length && wanted.every((part, index) => part.startsWith('{') || part === parts[index])
    );
  });
  // `…/messages/@original` rather than `…/messages/{message_id}`.
  return fitting.toSorted((a, b) => a.split('{').length - b.split('{').length)[0];
}

/** @returns one sentence for each thing that Discord would refuse, and for each field that it does not know */
export function violationsOf(name: SchemaName, value: unknown): string[] {
  const schema = schemas[name];
  if (!schema) throw new Error(`discord-api-spec has no ${name}`);
  const result = schema.safeParse(asSpecified(value));
  if (!result.success) return result.error.issues.map(describeIssue);
  return unknownFields(value, result.data, '');
}

/** Permissions are a string in the documentation, in discord.js and in every answer of Discord's, and a number in its specification alone. */
function asSpecified(value: unknown): unknown {
  const permissions = (value as { default_member_permissions?: unknown } | null)?.default_member_permissions;
  if (typeof permissions !== 'string' || !/^\d{1,15}$/.test(permissions)) return value;
  return { ...(value as object), default_member_permissions: Number(permissions) };
}

function describeIssue(issue: Issue): string {
  // Of a union, the alternative that was missed by least.
  const nearest = issue.errors
    ?.filter((issues) => issues.length > 0)
    .toSorted((a, b) => misfit(a) - misfit(b))[0]
    ?.map((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }));
  return nearest?.join('; ') ?? `${issue.path.join('.')}: ${issue.message}`;
}

/** A wrong `type` says that another alternative was meant. */
function misfit(issues: readonly Issue[]): number {
  return issues.reduce((sum, { path }) => sum + (path.length === 1 && path[0] === 'type' ? 100 : 1), 0);
}

/** The schemas drop what they do not name. */
function unknownFields(given: unknown, kept: unknown, path: string): string[] {
  if (typeof given !== 'object' || given === null) return [];
  if (typeof kept !== 'object' || kept === null) return [`${path}: unknown`];
  return Object.entries(given).flatMap(([name, value]) => {
    const inner = path === '' ? name : `${path}.${name}`;
    if (value === undefined) return [];
    if (!Object.hasOwn(kept, name)) return [`${inner}: Discord knows no such field`];
    return unknownFields(value, (kept as Record<string, unknown>)[name], inner);
  });
}
