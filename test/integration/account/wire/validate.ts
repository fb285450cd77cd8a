import { type ServiceModel, type Shape, shapeOf } from './model.ts';

/**
 * What a value breaks of its shape, in AWS's words where they are known: what is required, lengths, ranges, patterns, enums, and members
 * that no shape has.
 */
export function complaints(model: ServiceModel, shapeName: string, value: unknown, path = ''): string[] {
  const shape = shapeOf(model, shapeName);
  const check = CHECKS[shape.type] ?? (() => []);
  return check(value, { model, shape, path });
}

interface Place {
  readonly model: ServiceModel;
  readonly shape: Shape;
  readonly path: string;
}

type Check = (value: unknown, place: Place) => string[];

const CHECKS: Readonly<Record<string, Check>> = {
  structure: checkStructure,
  list: checkList,
  map: checkMap,
  string: checkString,
  integer: checkNumber,
  long: checkNumber,
  double: checkNumber,
  float: checkNumber,
  boolean: (value, place) => (typeof value === 'boolean' ? [] : [wrongType(value, place)]),
  timestamp: (value, place) => (['number', 'string'].includes(typeof value) ? [] : [wrongType(value, place)]),
};

function checkStructure(value: unknown, place: Place): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [wrongType(value, place)];
  const { model, shape, path } = place;
  const given = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  const missing = (shape.required ?? []).filter((name) => !given.some(([key]) => key === name));
  return [
    ...missing.map((name) => constraint(null, below(path, lower(name)), 'Member must not be null')),
    ...given.flatMap(([name, member]) => {
      const target = shape.members?.[name];
      if (target === undefined) return [`'${below(path, name)}' is not a member of ${path || 'the request'}`];
      return complaints(model, target.shape, member, below(path, lower(name)));
    }),
  ];
}

function checkList(value: unknown, place: Place): string[] {
  const { model, shape, path } = place;
  if (!Array.isArray(value) || shape.member === undefined) return [wrongType(value, place)];
  const { shape: member } = shape.member;
  return [
    ...sizes(value, value.length, place),
    ...value.flatMap((item, index) => complaints(model, member, item, `${path}.${index + 1}.member`)),
  ];
}

function checkMap(value: unknown, place: Place): string[] {
  const { model, shape, path } = place;
  if (typeof value !== 'object' || value === null || shape.key === undefined || shape.value === undefined)
    return [wrongType(value, place)];
  const { key, value: target } = shape;
  const entries = Object.entries(value);
  return [
    ...sizes(value, entries.length, place),
    ...entries.flatMap(([name, item]) => [
      ...complaints(model, key.shape, name, `${path}.key`),
      ...complaints(model, target.shape, item, `${path}.${name}.member`),
    ]),
  ];
}

function checkString(value: unknown, place: Place): string[] {
  const { shape, path } = place;
  if (typeof value !== 'string') return [wrongType(value, place)];
  const found = sizes(value, value.length, place);
  if (shape.pattern !== undefined && !matcher(shape.pattern).test(value))
    found.push(constraint(value, path, `Member must satisfy regular expression pattern: ${shape.pattern}`));
  if (shape.enum !== undefined && !shape.enum.includes(value))
    found.push(constraint(value, path, `Member must satisfy enum value set: [${shape.enum.join(', ')}]`));
  return found;
}

function checkNumber(value: unknown, place: Place): string[] {
  const { shape, path } = place;
  if (typeof value !== 'number' || Number.isNaN(value)) return [wrongType(value, place)];
  const found: string[] = [];
  if (shape.max !== undefined && value > shape.max)
    found.push(constraint(value, path, `Member must have value less than or equal to ${shape.max}`));
  if (shape.min !== undefined && value < shape.min)
    found.push(constraint(value, path, `Member must have value greater than or equal to ${shape.min}`));
  return found;
}

function sizes(value: unknown, size: number, { shape, path }: Place): string[] {
  const found: string[] = [];
  if (shape.max !== undefined && size > shape.max)
    found.push(constraint(value, path, `Member must have length less than or equal to ${shape.max}`));
  if (shape.min !== undefined && size < shape.min)
    found.push(constraint(value, path, `Member must have length greater than or equal to ${shape.min}`));
  return found;
}

function constraint(value: unknown, path: string, what: string): string {
  const shown = value === null ? 'Value' : `Value '${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return `${shown} at '${path}' failed to satisfy constraint: ${what}`;
}

function wrongType(value: unknown, { shape, path }: Place): string {
  return `${JSON.stringify(value)} at '${path}' cannot be converted to ${shape.type}`;
}

const matchers = new Map<string, RegExp>();

/** The models' patterns are Java's; a few escape what JavaScript lets nobody escape when it knows Unicode. */
function matcher(pattern: string): RegExp {
  const known = matchers.get(pattern);
  if (known !== undefined) return known;
  let made: RegExp;
  try {
    made = new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    made = new RegExp(`^(?:${pattern})$`);
  }
  matchers.set(pattern, made);
  return made;
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
