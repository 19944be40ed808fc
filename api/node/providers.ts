import type { Config } from '../config.ts'
import type { Provider } from '../providers/provider.ts'
import { smtp } from '../providers/smtp.ts'

/** The ways of telling that need what only Node has. */
export function nodeProviders(config: Config): Provider[] {
  if (!config.SMTP_URL) return []
  return [smtp({ url: config.SMTP_URL, from: config.EMAIL_FROM })]
}
