import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import type { Finding, Place } from './problem.ts';
import { bare } from './shape.ts';

/** What paths of a plan are relative to, and what stands for what in them. */
export interface PathContext {
  /** The folder of the plan's file, absolute. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Names of variables that may hold a secret; paths are written into run folders and logs. */
const secret = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/iu;

/** The same values with absolute paths, and what cannot be resolved. */
export function resolvePaths<T>(
  value: T,
  schema: z.core.$ZodType,
  context: PathContext,
): { readonly value: T; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const walk = (each: unknown, at: z.core.$ZodType, place: Place): unknown => {
    if (each === null || each === undefined) return each;
    const inner = bare(at);
    if (inner instanceof z.ZodObject) {
      const shape = inner.shape as Record<string, z.core.$ZodType>;
      return Object.fromEntries(
        Object.entries(each).map(([key, part]) => {
          const next = shape[key];
          return [key, next === undefined ? part : walk(part, next, [...place, key])];
        }),
      );
    }
    if (inner instanceof z.ZodArray)
      return (each as unknown[]).map((part, i) => walk(part, inner.element, [...place, i]));
    const meta = metaOf(inner);
    if (typeof each !== 'string' || meta === undefined) return each;
    return resolved(each, meta, context, (message) => findings.push({ severity: 'error', place, message }));
  };
  return { value: walk(value, schema, []) as T, findings };
}

type PathKind = 'path' | 'source' | 'model' | 'target';

function metaOf(schema: z.core.$ZodType): PathKind | undefined {
  return z.globalRegistry.get(schema)?.['pathKind'] as PathKind | undefined;
}

function resolved(
  text: string,
  kind: PathKind,
  context: PathContext,
  fault: (message: string) => void,
): string {
  const expanded = text.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/gu, (_, name: string, otherwise?: string) => {
    const value = context.environment[name];
    if (secret.test(name))
      fault(`\${${name}} may hold a secret, which has no place in a path. Use another variable.`);
    else if (value !== undefined && value !== '') return value;
    else if (otherwise === undefined)
      fault(`the environment has no ${name}. Set it, or write the path itself.`);
    return otherwise ?? '';
  });
  if (kind === 'target' && /^[a-z]{2,}:/iu.test(expanded)) return expanded;
  // What looks like a repository and is no folder beside the plan is one: `Qwen/Qwen2.5-3B-Instruct`.
  if (kind === 'model' && /^hf:/u.test(expanded)) return expanded;
  const [, prefix = '', rest = expanded] =
    kind === 'source' ? (/^([a-z]+=)?(.*)$/su.exec(expanded) ?? []) : [];
  const atHome = rest === '~' || rest.startsWith('~/') ? homedir() + rest.slice(1) : rest;
  return prefix + (isAbsolute(atHome) ? atHome : resolve(context.folder, atHome));
}
