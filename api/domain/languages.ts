import { locales } from './message.ts'

// Where a page lies in which language: bare paths speak the page's own, `/de/...` is the same in German.

const prefix = new RegExp(`^/(${locales.join('|')})(/.*)$`)

/** A path as it lies in another language: `/de/incidents/x`. */
export function inLanguage(locale: string, path: string): string {
  return `/${locale}${path}`
}

/** The language that a path names, and the path without it; null where it names none of ours. */
export function languageIn(path: string): { locale: string | null; bare: string } {
  const [, locale = null, bare = path] = prefix.exec(path) ?? []
  return { locale, bare }
}

/** What is wrong with the languages of a page that speaks `own` anyway, with the place of each in the list. */
export function complaintsAboutLanguages(
  own: string,
  languages: string[],
): { index: number; message: string }[] {
  return languages.flatMap((language, index) => {
    const message = complaintAbout(language, own, languages.slice(0, index))
    return message === null ? [] : [{ index, message }]
  })
}

function complaintAbout(language: string, own: string, before: string[]): string | null {
  if (!locales.includes(language)) return `must be one of ${locales.join(', ')}`
  if (language === own) return `must not be the page's own language, which is published anyway`
  return before.includes(language) ? 'must not come twice' : null
}

const rightToLeft = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/

/** The way in which a language is written. */
export function directionOf(locale: string): 'ltr' | 'rtl' {
  return rightToLeft.test(locale) ? 'rtl' : 'ltr'
}
