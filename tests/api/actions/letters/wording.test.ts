import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { wordingOf } from '../../../../api/actions/letters/wording.ts'
import { fill, join } from '../../../../api/domain/letters/letter.ts'
import { announcements, renderings } from '../../../../db/schema.ts'
import { openTrouble, tellingWorld, type Telling } from '../../../support/telling.ts'

let w: Telling
beforeEach(async () => {
  w = await tellingWorld()
})
afterEach(() => w[Symbol.asyncDispose]())

const reader = { channel: 'email', locale: 'en', timeZone: 'Europe/Berlin' } as const

async function announced() {
  await openTrouble(w.deps)
  const [announcement] = await w.deps.db.select().from(announcements)
  return announcement!
}

describe('the wording of an announcement', () => {
  test('is shared by all who read it in one language and zone', async () => {
    const announcement = await announced()
    const first = await wordingOf(w.deps, announcement, reader)
    await w.deps.db.delete(renderings)
    expect(await wordingOf(w.deps, announcement, reader)).toBe(first)
  })

  test('tells the times of each zone, and leaves room for the links of each receiver', async () => {
    const announcement = await announced()
    const told = async (timeZone: string, unsubscribe: string) => {
      const { text } = await wordingOf(w.deps, announcement, { ...reader, timeZone })
      return join(fill(text, { locale: 'en', time_zone: timeZone, unsubscribe }))
    }
    expect(await told('Europe/Berlin', 'https://a.example')).toMatch(/13:00 CET[^]*https:\/\/a\.ex/)
    expect(await told('Asia/Tokyo', 'https://b.example')).toMatch(/21:00 GMT\+9[^]*https:\/\/b\.ex/)
    expect(await w.deps.db.select().from(renderings)).toHaveLength(1)
  })

  test('that could not be rendered is tried again', async () => {
    const announcement = await announced()
    let works = false
    const render: typeof w.deps.render = (path, locals) =>
      works ? w.deps.render(path, locals) : Promise.reject(new Error('broken'))
    const deps = { ...w.deps, render }
    await expect(wordingOf(deps, announcement, reader)).rejects.toThrow('broken')
    works = true
    expect((await wordingOf(deps, announcement, reader)).subject).toContain('Checkout')
  })

  test('is small: its styles are not indented', async () => {
    const announcement = await announced()
    await wordingOf(w.deps, announcement, reader)
    const [rendering] = await w.deps.db
      .select()
      .from(renderings)
      .where(eq(renderings.announcementId, announcement.id))
    const [style] = rendering!.html.match(/<style>[^<]*<\/style>/)!
    expect(style).toContain('.prose a{color:')
    expect(style).not.toMatch(/\n| {2}|; |\{ /)
  })
})
