import { join, relative } from 'node:path'
import type { CompleteConfig } from './kept.ts'

type Facts = {
  config: CompleteConfig
  publicUrl: string
  newAdminKey: boolean
  inboxUrl: string | null
}

/** What a person who starts the service wants to know. A key that was just made is shown this once. */
export function banner({ config, publicUrl, newAdminKey, inboxUrl }: Facts): string {
  const file = relative('.', join(config.DATA_DIR, 'admin-api-key'))
  const lines: [string, string][] = [
    ['Page', `${publicUrl}/`],
    ['Console', `${publicUrl}/operator`],
  ]
  if (inboxUrl)
    lines.push(['Inbox', `${publicUrl}${inboxUrl}  (no provider keys: what is sent stays here)`])
  if (newAdminKey)
    lines.push(['Key', `${config.ADMIN_API_KEY}  (for the console and the API; kept in ${file})`])
  const table = lines.map(([name, value]) => `  ${name.padEnd(8)} ${value}`)
  return ['', 'Allclear is running.', '', ...table, ''].join('\n')
}
