import { inLanguage } from '../api/domain/languages.ts'
import type { PageView } from '../api/routes/views.ts'

/** Where a page lies in each of its languages, its own first. */
export function placesOf({ locale, languages }: PageView, path: string) {
  return [
    { locale, path },
    ...languages.map((language) => ({ locale: language, path: inLanguage(language, path) })),
  ]
}
