import { z } from '@hono/zod-openapi'
import type { CatalogComponent } from '../actions/components/catalog.ts'
import type { Group } from '../actions/components/groups.ts'
import { iso, isoOrNull } from '../actions/page.ts'
import { componentStatus, instant } from './views.ts'

// Components and groups as operators see them.

export const catalogComponentView = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    group_id: z.string().nullable(),
    position: z.int(),
    status: componentStatus.openapi({ description: 'What the public sees.' }),
    declared_status: componentStatus
      .nullable()
      .openapi({ description: 'What an operator says of it outside incidents.' }),
    declared_at: instant.nullable(),
    only_show_if_degraded: z.boolean(),
    depends_on: z
      .array(z.string())
      .openapi({ description: 'Ids of what it needs to work, as far as it says so itself.' }),
    dependents: z
      .array(z.string())
      .openapi({ description: 'Ids of what says that it needs this one.' }),
    start_date: z.iso.date().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('Component')

export type CatalogComponentView = z.infer<typeof catalogComponentView>

export function viewOfComponent(component: CatalogComponent): z.infer<typeof catalogComponentView> {
  return {
    id: component.id,
    key: component.key,
    name: component.name,
    description: component.description,
    group_id: component.groupId,
    position: component.position,
    status: component.status,
    declared_status: component.declaredStatus,
    declared_at: isoOrNull(component.declaredAt),
    only_show_if_degraded: component.onlyShowIfDegraded,
    depends_on: [...component.dependsOn],
    dependents: component.dependents,
    start_date: component.startDate,
    created_at: iso(component.createdAt),
    updated_at: iso(component.updatedAt),
  }
}

export const catalogGroupView = z
  .object({
    id: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    position: z.int(),
    created_at: instant,
    updated_at: instant,
  })
  .openapi('ComponentGroup')

export function viewOfGroup(group: Group): z.infer<typeof catalogGroupView> {
  return {
    id: group.id,
    key: group.key,
    name: group.name,
    description: group.description,
    position: group.position,
    created_at: iso(group.createdAt),
    updated_at: iso(group.updatedAt),
  }
}
