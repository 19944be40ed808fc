import type { Client, InStatement } from '@libsql/client'
import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import type { Deps } from '../../../../api/deps.ts'
import { discord } from '../../../../api/providers/discord.ts'
import { slack } from '../../../../api/providers/slack.ts'
import { smtp } from '../../../../api/providers/smtp.ts'
import { teams } from '../../../../api/providers/teams.ts'
import { webhook } from '../../../../api/providers/webhook.ts'
import { settingsAt } from '../../../support/posting.ts'
import { tellingWorld } from '../../../support/telling.ts'

/** Counts how often the database is asked from now on; over HTTP each is a request. */
function askings(deps: Deps): { count: number } {
  const asked = { count: 0 }
  const client = (deps.db as unknown as { $client: Client }).$client
  const { execute, batch } = client
  client.execute = (statement: InStatement) => {
    asked.count++
    return execute(statement)
  }
  client.batch = (statements, mode) => {
    asked.count++
    return batch(statements, mode)
  }
  return asked
}

test('with nothing to send the database is asked once, however many providers there are', async () => {
  await using told = await tellingWorld()
  const settings = settingsAt('http://nobody.invalid')
  told.deps.providers.push(
    smtp({ url: 'smtp://nobody.invalid', from: 'status@shop.example' }),
    ...[webhook, slack, teams, discord].map((provider) => provider(settings)),
  )
  const asked = askings(told.deps)
  expect(await sendDue(told.deps)).toBe(0)
  expect(asked.count).toBe(1)
})
