import { z } from 'zod';

/** The keys that a section of bursar.yaml may have, by its place; none where any name is taken. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  return [...new Set(sectionsAt(schema, path).flatMap(({ shape }) => Object.keys(shape)))];
}

function sectionsAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodObject[] {
  const [first, ...rest] = path;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return sectionsAt(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => sectionsAt(option as z.ZodType, path));
  if (schema instanceof z.ZodObject) {
    if (first === undefined) return [schema];
    const inner = (schema.shape as Record<PropertyKey, z.ZodType>)[first];
    return inner === undefined ? [] : sectionsAt(inner, rest);
  }
  if (first === undefined) return [];
  if (schema instanceof z.ZodArray) return sectionsAt(schema.element as z.ZodType, rest);
  return schema instanceof z.ZodRecord ? sectionsAt(schema.valueType as z.ZodType, rest) : [];
}
