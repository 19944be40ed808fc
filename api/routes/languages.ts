import { inLanguage } from '../domain/languages.ts'
import { locales } from '../domain/message.ts'

/** Where something that pages lead or post to is reached: bare, and under each language. */
export function inEveryLanguage(path: string): string[] {
  return [path, ...locales.map((locale) => inLanguage(locale, path))]
}
