import { expect, test } from 'vitest'
import { findComponent, updateComponent } from '../../../../api/actions/components/catalog.ts'
import { probedShop } from '../../../support/probed.ts'
import { operator } from '../../../support/telling.ts'
import { anotherProcess } from '../../../support/watching.ts'

test('who would close a circle that began a moment ago is refused', async () => {
  await using on = await probedShop()
  let isSaved = false
  const other = await anotherProcess(on, {
    async before(statements) {
      if (isSaved || !statements.some(({ sql }) => sql.includes('insert into "component_dep')))
        return
      isSaved = true
      await updateComponent(on.deps, operator, 'search', { dependsOn: ['checkout'] })
    },
  })
  const closing = updateComponent(other, operator, 'checkout', { dependsOn: ['search'] })
  await expect(closing).rejects.toThrow('must not lead back: checkout -> search -> checkout')
  other.db.close()
  expect(isSaved).toBe(true)
  expect(await findComponent(on.deps, 'checkout')).toMatchObject({ dependsOn: [] })
})
