import { de } from './messages/de.ts'
import { en } from './messages/en.ts'
import { es } from './messages/es.ts'
import { fr } from './messages/fr.ts'
import { hi } from './messages/hi.ts'
import { ja } from './messages/ja.ts'

/** A sentence with `{name}` places, or one sentence per plural category chosen by the parameter `n`. */
export type Message = string | { readonly one?: string; readonly other: string }
export type MessageKey = keyof typeof en
export type Say = (key: MessageKey, values?: Values) => string
/** A sentence that is yet to be said, in whatever language its reader speaks. */
export type Saying = { key: MessageKey; values?: Values }
type Values = Record<string, string | number>

const languages: Record<string, Partial<Record<MessageKey, Message>>> = {
  en,
  de,
  fr,
  es,
  hi,
  ja,
}

export const locales = Object.keys(languages)

/** The language of ours that comes nearest, so that words are rendered once per language and not once per wish. */
export function nearestLocale(locale: string | undefined): string | undefined {
  return (
    locales.find((known) => known === locale) ??
    locales.find((known) => known === locale?.split('-')[0])
  )
}

export function isMessageKey(text: string): text is MessageKey {
  return Object.hasOwn(en, text)
}

const speakers = new Map<string, Say>()

/** Speaks one language, falling back to English for what it lacks. */
export function speak(locale: string): Say {
  const known = speakers.get(locale)
  if (known) return known
  const say = speakerOf(locale)
  speakers.set(locale, say)
  return say
}

function speakerOf(locale: string): Say {
  const language = locale in languages ? locale : locale.split('-')[0]!
  const messages = languages[language] ?? en
  const plural = new Intl.PluralRules(language in languages ? language : 'en')
  return function say(key, values = {}) {
    const message: Message = messages[key] ?? en[key]
    const sentence =
      typeof message === 'string'
        ? message
        : plural.select(Number(values['n'])) === 'one'
          ? (message.one ?? message.other)
          : message.other
    return sentence.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place))
  }
}
