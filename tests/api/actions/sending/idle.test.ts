import { expect, test } from 'vitest'
import { sendDue } from '../../../../api/actions/sending/sending.ts'
import { discord } from '../../../../api/providers/discord.ts'
import { slack } from '../../../../api/providers/slack.ts'
import { smtp } from '../../../../api/providers/smtp.ts'
import { teams } from '../../../../api/providers/teams.ts'
import { webhook } from '../../../../api/providers/webhook.ts'
import { requestsTo } from '../../../support/asked.ts'
import { settingsAt } from '../../../support/posting.ts'
import { tellingWorld } from '../../../support/telling.ts'

test('with nothing to send the database is asked once, however many providers there are', async () => {
  await using told = await tellingWorld()
  const settings = settingsAt('http://nobody.invalid')
  told.deps.providers.push(
    smtp({ url: 'smtp://nobody.invalid', from: 'status@shop.example' }),
    ...[webhook, slack, teams, discord].map((provider) => provider(settings)),
  )
  const requests = requestsTo(told.deps)
  expect(await sendDue(told.deps)).toBe(0)
  expect(requests).toHaveLength(1)
})
