import { type ServiceModel, shapeOf } from './model.ts';

/** The input of a request of the query protocol (IAM, STS): `Tags.member.1.Key=team` becomes what the operation's shape says. */
export function inputOfForm(model: ServiceModel, operation: string, form: URLSearchParams): Record<string, unknown> {
  const shape = model.operations[operation]?.input?.shape;
  if (shape === undefined) return {};
  const known = new Set(['Action', 'Version']);
  const input = (read(model, shape, '', form, known) ?? {}) as Record<string, unknown>;
  for (const name of form.keys()) if (!known.has(name)) input[name] = form.get(name);
  return input;
}

function read(
  model: ServiceModel,
  shapeName: string,
  prefix: string,
  form: URLSearchParams,
  known: Set<string>,
): unknown {
  const shape = shapeOf(model, shapeName);
  const isThere = [...form.keys()].some((name) => name === prefix || name.startsWith(`${prefix}.`) || prefix === '');
  if (!isThere) return undefined;
  if (shape.type === 'structure') {
    const members = Object.entries(shape.members ?? {}).map(([name, member]) => {
      const wire = member.locationName ?? name;
      return [name, read(model, member.shape, prefix === '' ? wire : `${prefix}.${wire}`, form, known)];
    });
    return Object.fromEntries(members.filter(([, value]) => value !== undefined));
  }
  if (shape.type === 'list' && shape.member !== undefined) {
    const items: unknown[] = [];
    // An empty list is sent as `Tags=`.
    known.add(prefix);
    for (let index = 1; ; index++) {
      const item = read(model, shape.member.shape, `${prefix}.member.${index}`, form, known);
      if (item === undefined) return items;
      items.push(item);
    }
  }
  known.add(prefix);
  const text = form.get(prefix) ?? '';
  if (shape.type === 'integer' || shape.type === 'long') return Number(text);
  return shape.type === 'boolean' ? text === 'true' : text;
}
