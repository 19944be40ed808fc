import { expect, test } from 'vitest'
import { rescheduleMaintenance } from '../../../../api/actions/maintenances/changing.ts'
import {
  cancelMaintenance,
  completeMaintenance,
  startMaintenance,
  updateMaintenance,
  verifyMaintenance,
} from '../../../../api/actions/maintenances/moving.ts'
import { maintainDue } from '../../../../api/actions/maintenances/running.ts'
import { HOUR, MINUTE } from '../../../../api/domain/time.ts'
import { planWork, told } from '../../../support/maintaining.ts'
import { subscribePeople } from '../../../support/shop.ts'
import { operator, tellingWorld, tick } from '../../../support/telling.ts'

const home = 'http://status.example/incidents/'

const facts = (start: string, end: string, duration: string) => [
  `Starts: 21 Nov 2026, ${start} CET`,
  `Ends: 21 Nov 2026, ${end} CET`,
  `Duration: ${duration}`,
]

test('every move reads right in an SMS and in a mail', async () => {
  await using made = await tellingWorld()
  const { deps, clock } = made
  await subscribePeople(deps, 1, 'sms')
  await subscribePeople(deps, 1)
  /** The words of the SMS, and the mail from its heading down to when it was posted. */
  const heard = async () => {
    await made.settled()
    await tick(deps)
    const [sms, mail] = [
      made.post.sandbox.texts.all().at(-1)!,
      made.post.sandbox.mails.all().at(-1)!,
    ]
    const lines = mail.text.split('\n').filter((line) => line.trim() !== '')
    const posted = lines.findIndex((line) => line.startsWith('Posted'))
    return { sms: sms.text.slice(0, sms.text.indexOf(home) - 1), mail: lines.slice(0, posted) }
  }
  const at = (minutes: number) => clock.now() + minutes * MINUTE
  const name = 'A new database'
  const planned = ['Will be affected:', '- Shop - Checkout: Under maintenance']
  const affected = ['Affected:', '- Shop - Checkout: Under maintenance']

  const id = await planWork(deps, { remindMs: 30 * MINUTE })
  const words = 'The checkout moves to a new database.'
  expect(await heard()).toEqual({
    sms: `Maintenance scheduled: ${name} (Corner Shop), 21 Nov 2026, 14:00 CET, 1 hour. ${words}`,
    mail: ['Maintenance scheduled', name, ...facts('14:00', '15:00', '1 hour'), words, ...planned],
  })

  const later = { scheduledFor: at(120), scheduledUntil: at(180) }
  await rescheduleMaintenance(deps, operator, id, { ...later, body: 'Later.', notify: true })
  expect(await heard()).toEqual({
    sms: `Maintenance moved: ${name} (Corner Shop), now 21 Nov 2026, 15:00 CET, 1 hour. Later.`,
    mail: [
      'Maintenance has been moved',
      name,
      ...facts('15:00', '16:00', '1 hour'),
      'Later.',
      ...planned,
    ],
  })

  await updateMaintenance(deps, operator, id, { body: 'Nothing else changes.', notify: true })
  expect(await heard()).toMatchObject({
    sms: `Maintenance update: ${name} (Corner Shop), 21 Nov 2026, 15:00 CET, 1 hour. Nothing else changes.`,
    mail: [
      'Scheduled · Maintenance update',
      name,
      ...facts('15:00', '16:00', '1 hour'),
      {},
      {},
      {},
    ],
  })

  clock.advance(90 * MINUTE)
  await maintainDue(deps)
  expect(await heard()).toMatchObject({
    sms: expect.stringContaining('Maintenance soon: A new database'),
    mail: ['Maintenance starts soon', name, ...facts('15:00', '16:00', '1 hour'), {}, {}, {}],
  })

  await startMaintenance(deps, operator, id, told)
  expect(await heard()).toEqual({
    sms: `Maintenance started: ${name} (Corner Shop), until 21 Nov 2026, 16:00 CET. The work has begun.`,
    mail: [
      'Maintenance has started',
      name,
      'Started: 21 Nov 2026, 14:30 CET',
      'Ends: 21 Nov 2026, 16:00 CET',
      'The work has begun.',
      'Affected:',
      '- Shop - Checkout: Operational → Under maintenance',
    ],
  })

  await rescheduleMaintenance(deps, operator, id, { scheduledUntil: at(150), ...told })
  expect(await heard()).toEqual({
    sms: `Maintenance takes longer: ${name} (Corner Shop), until 21 Nov 2026, 17:00 CET. We need more time: until 21 Nov 2026, 17:00 CET.`,
    mail: [
      'Maintenance takes longer',
      name,
      'The work takes longer than planned. It is now expected to end at 21 Nov 2026, 17:00 CET.',
      'Started: 21 Nov 2026, 14:30 CET',
      'Ends: 21 Nov 2026, 17:00 CET',
      'We need more time: until 21 Nov 2026, 17:00 CET.',
      ...affected,
    ],
  })

  await verifyMaintenance(deps, operator, id, told)
  expect((await heard()).mail[0]).toBe('Verifying · Maintenance update')

  clock.advance(HOUR)
  await completeMaintenance(deps, operator, id, told)
  expect(await heard()).toEqual({
    sms: `Maintenance completed: ${name} (Corner Shop, 15:30 CET). The work is complete.`,
    mail: [
      'Maintenance completed',
      name,
      'The work is done. It took 1 hour.',
      'Started: 21 Nov 2026, 14:30 CET',
      'Completed: 21 Nov 2026, 15:30 CET',
      'The work is complete.',
      'Affected:',
      '- Shop - Checkout: Under maintenance → Operational',
    ],
  })

  const other = await planWork(deps)
  await cancelMaintenance(deps, operator, other, told)
  expect(await heard()).toEqual({
    sms: `Maintenance cancelled: ${name} (Corner Shop), planned for 21 Nov 2026, 16:30 CET. The maintenance is cancelled.`,
    mail: [
      'Maintenance cancelled',
      name,
      'The work planned for 21 Nov 2026, 16:30 CET will not take place.',
      'The maintenance is cancelled.',
    ],
  })

  const begun = await planWork(deps)
  await startMaintenance(deps, operator, begun, told)
  await cancelMaintenance(deps, operator, begun, { body: 'We stop here.', notify: true })
  expect((await heard()).mail).toEqual([
    'Maintenance cancelled',
    name,
    'We stop here.',
    'Affected:',
    '- Shop - Checkout: Under maintenance → Operational',
  ])
})
