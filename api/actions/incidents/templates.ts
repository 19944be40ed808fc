import { asc, eq, inArray, or, sql } from 'drizzle-orm'
import { probes, templates } from '../../../db/schema.ts'
import type { Deps } from '../../deps.ts'
import { DomainError } from '../../domain/error.ts'
import { assertTemplate } from '../../domain/template.ts'
import { remember } from '../access/idempotency.ts'
import { named, writeKeyed } from '../components/keyed.ts'
import { audit, decide, nextVersion, type Actor } from '../save.ts'

export type Template = typeof templates.$inferSelect
export type NewTemplate = Pick<Template, 'key' | 'name' | 'title' | 'body' | 'status'>
/** The key stays: probes go by it. */
export type TemplateEdit = Partial<Omit<NewTemplate, 'key'>>

export function listTemplates(deps: Deps): Promise<Template[]> {
  return deps.db.select().from(templates).orderBy(asc(templates.name), asc(templates.key))
}

export async function findTemplate(deps: Deps, idOrKey: string): Promise<Template> {
  const template = await deps.db.query.templates.findFirst(named(templates, idOrKey))
  if (!template) throw new DomainError('not_found', `there is no template ${idOrKey}`)
  return template
}

export async function createTemplate(
  deps: Deps,
  actor: Actor,
  input: NewTemplate,
): Promise<string> {
  const template = newTemplate(deps, input)
  await writeKeyed(deps, 'template', input.key, [
    // First, so that of two equal requests the later one fails on its Idempotency-Key and not on the key it brings.
    ...remember(deps, actor, template.id),
    deps.db.insert(templates).values(template),
    audit(deps, actor, 'template.create', `templates/${template.id}`, { key: input.key }),
  ])
  return template.id
}

/** Also for whoever saves it in a batch of their own. */
export function newTemplate(deps: Deps, input: NewTemplate): Template {
  assertTemplate(input)
  const now = deps.clock.now()
  return { ...input, id: deps.newId(), version: 0, createdAt: now, updatedAt: now }
}

export function changeTemplate(
  deps: Deps,
  actor: Actor,
  idOrKey: string,
  edit: TemplateEdit,
): Promise<Template> {
  return decide(async () => {
    const before = await findTemplate(deps, idOrKey)
    const after = { ...before, ...edit, updatedAt: deps.clock.now() }
    assertTemplate(after)
    await deps.db.write([
      deps.db
        .update(templates)
        .set({ ...after, version: nextVersion(templates.version, before.version) })
        .where(eq(templates.id, before.id)),
      audit(deps, actor, 'template.change', `templates/${before.id}`, {
        key: before.key,
        fields: Object.keys(edit),
      }),
    ])
    return { ...after, version: before.version + 1 }
  })
}

/** Refused while a probe speaks by it. */
export function deleteTemplate(deps: Deps, actor: Actor, idOrKey: string): Promise<void> {
  return decide(async () => {
    const { id, key, name, version } = await findTemplate(deps, idOrKey)
    const users = (await usersOfTemplates(deps, [key])).get(key)!
    if (users.length > 0)
      throw new DomainError(
        'conflict',
        `the template ${JSON.stringify(key)} is used by ${users.join(', ')}`,
      )
    await deps.db.write([
      // Changed or chosen meanwhile, it violates NOT NULL and takes the whole batch with it.
      deps.db
        .update(templates)
        .set({
          version: sql`CASE WHEN ${templates.version} = ${version} AND NOT EXISTS (
            SELECT 1 FROM ${probes} WHERE opening_template = ${key} OR closing_template = ${key}) THEN ${version} END`,
        })
        .where(eq(templates.id, id)),
      deps.db.delete(templates).where(eq(templates.id, id)),
      audit(deps, actor, 'template.delete', `templates/${id}`, { key, name }),
    ])
  })
}

type Speaking = { openingTemplate?: string | null; closingTemplate?: string | null }

/** Refuses a probe that would speak by templates that do not exist. */
export async function assertTemplatesExist(deps: Deps, probe: Speaking): Promise<void> {
  const given = [
    ['opening_template', probe.openingTemplate],
    ['closing_template', probe.closingTemplate],
  ] as const
  if (given.every(([, key]) => key === undefined || key === null)) return
  const keys = (await listTemplates(deps)).map(({ key }) => key).toSorted()
  const fields = given.flatMap(([path, key]) => {
    if (key === undefined || key === null || keys.includes(key)) return []
    const known =
      keys.length > 0
        ? `must be one of ${keys.join(', ')}, or null`
        : 'must be null: there are none'
    return [{ path, message: `${known} (there is no template ${JSON.stringify(key)})` }]
  })
  const [first] = fields
  if (first)
    throw new DomainError('invalid', `the probe's ${first.path} ${first.message}`, { fields })
}

/** The probes that speak by each of these templates. */
export async function usersOfTemplates(deps: Deps, keys: string[]): Promise<Map<string, string[]>> {
  const rows = await deps.db
    .select({
      key: probes.key,
      openingTemplate: probes.openingTemplate,
      closingTemplate: probes.closingTemplate,
    })
    .from(probes)
    .where(or(inArray(probes.openingTemplate, keys), inArray(probes.closingTemplate, keys)))
    .orderBy(asc(probes.key))
  return new Map(
    keys.map((template) => [
      template,
      rows
        .filter((row) => row.openingTemplate === template || row.closingTemplate === template)
        .map(({ key }) => key),
    ]),
  )
}
