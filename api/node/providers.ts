import type { Config } from '../config.ts'
import type { Provider } from '../providers/provider.ts'

/** The ways of telling that need what only Node has; loaded by those alone who use them. */
export async function nodeProviders(config: Config): Promise<Provider[]> {
  if (!config.SMTP_URL) return []
  const { smtp } = await import('../providers/smtp.ts')
  return [smtp({ url: config.SMTP_URL, from: config.EMAIL_FROM })]
}
