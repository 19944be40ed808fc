import { de } from './messages/de.ts'
import { en } from './messages/en.ts'
import { es } from './messages/es.ts'
import { fr } from './messages/fr.ts'
import { hi } from './messages/hi.ts'
import { ja } from './messages/ja.ts'

/** A sentence with `{name}` places, or one sentence per plural category chosen by the parameter `n`. */
export type Message = string | { readonly one?: string; readonly other: string }
export type MessageKey = keyof typeof en
export type Say = (key: MessageKey, values?: Record<string, string | number>) => string

const languages: Record<string, Partial<Record<MessageKey, Message>>> = {
  en,
  de,
  fr,
  es,
  hi,
  ja,
}

export const locales = Object.keys(languages)

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
