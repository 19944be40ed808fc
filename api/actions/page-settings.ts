import { page } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { changedBrand, type Brand, type BrandWish } from '../domain/brand.ts'
import { inEach } from '../domain/documents.ts'
import { DomainError, type FieldError } from '../domain/error.ts'
import { complaintsAboutLanguages } from '../domain/languages.ts'
import { questionOf } from '../domain/question.ts'
import { complaintsAbout } from '../domain/question-rules.ts'
import { thePage, type Page } from './page.ts'
import { everyDocument } from './publishing/calendar.ts'
import { audit, touch, type Actor } from './save.ts'

export type PageSettings = Partial<
  Pick<
    Page,
    | 'name'
    | 'description'
    | 'supportEmail'
    | 'supportUrl'
    | 'supportHours'
    | 'supportResponse'
    | 'supportInclude'
    | 'privacyUrl'
    | 'termsUrl'
    | 'languages'
    | 'canaries'
    | 'uptimeTarget'
  >
> & { brand?: Partial<BrandWish> }

/** Changes the page as a whole; all of it is published again unless only the canaries differ. */
export async function updatePage(
  deps: Deps,
  actor: Actor,
  { brand: wish, ...settings }: PageSettings,
): Promise<Page> {
  const before = await thePage(deps)
  const complaints = [
    ...(settings.canaries ?? []).flatMap((url, index) => canaryRules(deps, url, index)),
    ...languageRules(before, settings.languages ?? []),
  ]
  const [first] = complaints
  if (first)
    throw new DomainError('invalid', `${first.path}: ${first.message}`, { fields: complaints })
  const change = { ...settings, ...(wish && { brand: under('brand', before.brand, wish) }) }
  const after = { ...before, ...change, updatedAt: deps.clock.now() }
  const changed = Object.keys(change).filter(
    (field) =>
      JSON.stringify(after[field as keyof Page]) !== JSON.stringify(before[field as keyof Page]),
  )
  await deps.db.write([
    deps.db.update(page).set({ ...change, updatedAt: after.updatedAt }),
    ...(changed.some((field) => field !== 'canaries')
      ? [touch(deps, await everywhere(deps, before, after))]
      : []),
    audit(deps, actor, 'page.update', 'page', { fields: Object.keys(change) }),
  ])
  return after
}

/** What is wrong is told with the place where it was sent. */
function under(place: string, before: Brand, wish: Partial<BrandWish>): Brand {
  try {
    return changedBrand(before, wish)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const fields = error.fields.map((field) => ({ ...field, path: `${place}.${field.path}` }))
    throw new DomainError(
      'invalid',
      fields.map(({ path, message }) => `${path}: ${message}`).join('\n'),
      {
        fields,
      },
    )
  }
}

/** Every document; those in a language that is no longer spoken too, lest they stay. */
async function everywhere(deps: Deps, before: Page, after: Page): Promise<string[]> {
  const dropped = before.languages.filter((language) => !after.languages.includes(language))
  return (await everyDocument(deps)).flatMap((path) => inEach(dropped, path))
}

function languageRules({ locale }: Page, languages: string[]): FieldError[] {
  return complaintsAboutLanguages(locale, languages).map(({ index, message }) => ({
    path: `languages.${index}`,
    message,
  }))
}

/** A canary is asked as an http probe is. */
function canaryRules(deps: Deps, url: string, index: number): FieldError[] {
  const { question } = questionOf('http', { url })
  const complaints = [
    ...complaintsAbout(question),
    ...(deps.probers.http.complaintsAbout?.(question as never) ?? []),
  ]
  return complaints.map(({ message }) => ({ path: `canaries.${index}`, message }))
}
