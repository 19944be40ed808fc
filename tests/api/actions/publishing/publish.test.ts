import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { everyDocument, markDayChange } from '../../../../api/actions/publishing/calendar.ts'
import { discardDraft } from '../../../../api/actions/incidents/drafts.ts'
import { openIncident } from '../../../../api/actions/incidents/incidents.ts'
import { publishDue } from '../../../../api/actions/publishing/publish.ts'
import { touch } from '../../../../api/actions/save.ts'
import { MINUTE } from '../../../../api/domain/time.ts'
import { documents } from '../../../../db/schema.ts'
import { servedWorld, type Served } from '../../../support/http.ts'
import { operator, trouble } from '../../../support/telling.ts'

async function publishedWorld(): Promise<Served> {
  const served = await servedWorld()
  await served.deps.db.write([touch(served.deps, await everyDocument(served.deps))])
  await publishDue(served.deps)
  return served
}

async function read(served: Served, path: string): Promise<{ status: number; text: string }> {
  const answer = await served.app.fetch(new Request(`http://status.example${path}`))
  return { status: answer.status, text: await answer.text() }
}

describe('publishing', () => {
  test('a change is on the page, in the JSON and on its own page when publishing is done', async () => {
    await using served = await publishedWorld()
    const id = await openIncident(served.deps, operator, trouble)
    expect((await read(served, '/')).text).not.toContain('Checkout is slow')
    await publishDue(served.deps)
    for (const path of ['/', `/incidents/${id}`, '/history/2026-11', '/api/v2/summary.json'])
      expect((await read(served, path)).text).toContain('Checkout is slow')
  })

  test.each(['/nowhere', '/api/admin/incidents/nosuchthing0'])(
    'nothing is at %s: a page says so to people, a problem to programs',
    async (path) => {
      await using served = await publishedWorld()
      const page = await served.api(path, { headers: { accept: 'text/html' } })
      expect(page.status).toBe(404)
      expect(await page.text()).toContain('There is no such page')
      const problem = await served.api(path)
      expect(problem.status).toBe(404)
      expect(await problem.json()).toMatchObject({ code: 'not_found' })
    },
  )

  test('what is published is read without the database', async () => {
    await using served = await publishedWorld()
    served.deps.db.close()
    expect((await read(served, '/')).status).toBe(200)
    expect((await read(served, '/api/v2/status.json')).text).toContain('All Systems Operational')
  })

  test('a change during a publication is published by the same run', async () => {
    await using served = await publishedWorld()
    await served.deps.db.write([touch(served.deps, ['/'])])
    const running = publishDue(served.deps)
    await openIncident(served.deps, operator, trouble)
    void publishDue(served.deps)
    await running
    expect((await read(served, '/')).text).toContain('Checkout is slow')
  })

  test('a draft is never published, and what is gone is taken away', async () => {
    await using served = await publishedWorld()
    const id = await openIncident(served.deps, operator, { ...trouble, draft: true })
    await publishDue(served.deps)
    expect((await read(served, '/')).text).not.toContain('Checkout is slow')
    expect((await read(served, `/incidents/${id}`)).status).toBe(404)
    await discardDraft(served.deps, operator, id)
    await publishDue(served.deps)
    expect((await read(served, `/incidents/${id}`)).status).toBe(404)
  })

  test('a store that is ahead of a restored database follows it again', async () => {
    await using served = await publishedWorld()
    const { deps } = served
    const id = await openIncident(deps, operator, trouble)
    await publishDue(deps)
    // The backup knows nothing of the incident.
    for (const table of ['announcements', 'incident_updates', 'incident_components', 'incidents'])
      await deps.db.run(`DELETE FROM ${table}`)
    await deps.db.delete(documents)
    await deps.db.write([touch(deps, await everyDocument(deps))])
    await publishDue(deps)
    expect((await read(served, '/')).text).not.toContain('Checkout is slow')
    expect((await read(served, `/incidents/${id}`)).status).toBe(404)
    await openIncident(deps, operator, { ...trouble, name: 'After the restore' })
    await publishDue(deps)
    expect((await read(served, '/')).text).toContain('After the restore')
  })

  test('a document that cannot be rendered holds up no other, and is tried again', async () => {
    await using served = await publishedWorld()
    const { deps } = served
    const { render } = deps
    const rendered: string[] = []
    deps.render = (path, locals, cookie) => {
      rendered.push(path)
      return path === '/subscribe'
        ? Promise.resolve(new Response(null, { status: 500 }))
        : render(path, locals, cookie)
    }
    const before = await deps.store.publishedThrough()
    await deps.db.write([touch(deps, ['/subscribe'])])
    await openIncident(deps, operator, trouble)
    await publishDue(deps)
    expect((await read(served, '/')).text).toContain('Checkout is slow')
    expect(await deps.store.publishedThrough()).toBe(before)
    rendered.length = 0
    await publishDue(deps)
    expect(rendered).toEqual(['/subscribe'])
    expect(served.log.filter((line) => line.includes('cannot be rendered')).length).toBe(1)
    deps.render = render
    await publishDue(deps)
    expect(await deps.store.publishedThrough()).toBeGreaterThan(before)
  })
})

describe('the calendar', () => {
  test('a new month gets its page even if the front page was touched first', async () => {
    await using served = await publishedWorld()
    const { deps } = served
    served.clock.advance(Date.parse('2026-12-01T00:00:30+01:00') - served.clock.now())
    await openIncident(deps, operator, trouble)
    await deps.db.delete(documents).where(eq(documents.path, '/history/2026-12'))
    await markDayChange(deps)
    const paths = (await deps.db.select().from(documents)).map(({ path }) => path)
    expect(paths).toContain('/history/2026-12')
  })

  test('an incident in the first minute of a month leaves the last month its successor', async () => {
    await using served = await publishedWorld()
    const { deps } = served
    served.clock.advance(Date.parse('2026-12-01T00:00:30+01:00') - served.clock.now())
    await openIncident(deps, operator, trouble)
    await markDayChange(deps)
    await publishDue(deps)
    expect((await read(served, '/history/2026-11')).text).toContain('/history/2026-12')
  })

  test('an update that is overdue is said on the incident’s own page', async () => {
    await using served = await publishedWorld()
    const { deps } = served
    const nextUpdateAt = served.clock.now() + 30 * MINUTE
    const id = await openIncident(deps, operator, { ...trouble, nextUpdateAt })
    await publishDue(deps)
    served.clock.advance(31 * MINUTE)
    await deps.db.write([touch(deps, ['/'])])
    await markDayChange(deps)
    await publishDue(deps)
    const page = await read(served, `/incidents/${id}`)
    expect(page.text).toMatch(/overdue/i)
  })
})
