/** Something without which somebody would be missed or told twice, and the test that knows. */
export type Safeguard = {
  without: string
  file: string
  /** It stands there once. */
  text: string
  instead: string
  tests: string
  noticedBy: string
}

const sending = (file: string) => `api/actions/sending/${file}.ts`
const tested = (file: string) => `tests/api/actions/sending/${file}.test.ts`

export const safeguards: Safeguard[] = [
  {
    without: 'whoever overslept its lease has no say any more',
    file: sending('outcomes'),
    text: "held.state = 'open' AND held.claim = ${claim})",
    instead: "held.state = 'open')",
    tests: tested('trouble'),
    noticedBy:
      'a worker that slept through its lease no longer releases what somebody else is sending',
  },
  {
    without: 'a 429 dissolves no batch that may have been accepted',
    file: 'api/domain/attempt.ts',
    text: "case 'closed':\n      if (attempt.first)",
    instead: "case 'closed':\n      if (attempt.first || outcome.kind === 'throttled')",
    tests: 'tests/api/domain/attempt.test.ts',
    noticedBy: 'throttled later, it stays as it is',
  },
  {
    without: 'a repetition has the key of the first request',
    file: sending('attempting'),
    text: 'provider.send(messages, batch.id, ',
    instead: 'provider.send(messages, deps.newId(), ',
    tests: tested('trouble'),
    noticedBy: 'an error after accepting tells nobody twice and loses nobody',
  },
  {
    without: 'an outcome is saved with the next claim',
    file: sending('lanes'),
    text: 'const turn = await claimNext(deps, traffic, last?.statements)',
    instead:
      'if (last) await deps.db.write(last.statements)\n    const turn = await claimNext(deps, traffic)',
    tests: tested('claiming'),
    noticedBy: 'costs one round trip: what came of the last one is saved with the next claim',
  },
  {
    without: 'it is written down before the request that somebody may be told',
    file: sending('claiming'),
    text: '    markSent(deps, claim),\n',
    instead: '    deps.db.run(sql`SELECT 1`),\n',
    tests: tested('claiming'),
    noticedBy: 'whose outcome could not be saved is repeated when its lease has ended',
  },
  {
    without: 'nothing is repeated once its key is forgotten',
    file: 'api/domain/attempt.ts',
    text: 'now - firstSentAt > KEY_LIFETIME || now >= expiresAt',
    instead: 'now >= expiresAt',
    tests: 'tests/api/domain/attempt.test.ts',
    noticedBy: 'a request sent longer ago than its key is kept',
  },
  {
    without: 'an SMS is looked for twice before it is sent again',
    file: sending('looking'),
    text: 'if (now - absentSince < ABSENCE)',
    instead: 'if (now < absentSince)',
    tests: 'tests/faults/answers.test.ts',
    noticedBy: '5 an error after every tenth acceptance',
  },
  {
    without: 'an SMS of an earlier life is looked for',
    file: sending('attempting'),
    text: 'if (first && (await seenBefore(',
    instead: 'if (!first && (await seenBefore(',
    tests: tested('seen-before'),
    noticedBy: 'a database that was set back tells nobody by SMS twice',
  },
  {
    without: 'a batch is named after its members',
    file: sending('claiming'),
    text: 'SELECT ${name}, ${provider.name}',
    instead: 'SELECT ${deps.newId()}, ${provider.name}',
    tests: tested('claiming'),
    noticedBy: 'is named after its members, so that the same ones make the same key',
  },
  {
    without: 'who is sent again has a fresh key',
    file: sending('batches'),
    text: "THEN '.r' || ${replays} ELSE",
    instead: "THEN '' ELSE",
    tests: tested('claiming'),
    noticedBy: 'of who is sent again has another name each time',
  },
  {
    without: 'stale news is stopped before the wire',
    file: sending('batch-members'),
    text: "      WHEN ${isSuperseded()} THEN 'superseded'\n",
    instead: '',
    tests: tested('telling'),
    noticedBy: 'what was expanded but not sent is superseded too',
  },
  {
    without: 'a newer word marks the older one in its own batch',
    file: 'api/actions/telling/announcements.ts',
    text: '    supersede(deps, telling.incidentId),\n    deps.db.insert',
    instead: '    deps.db.insert',
    tests: tested('telling'),
    noticedBy: 'a newer word supersedes what was not sent yet, so nobody gets stale news',
  },
  {
    without: 'suppression is asked before the wire',
    file: sending('batch-members'),
    text: "      WHEN EXISTS (SELECT 1 FROM ${suppressions} x WHERE x.channel = s.channel AND x.address_hash = s.address_hash) THEN 'suppressed'\n",
    instead: '',
    tests: 'tests/faults/leaving.test.ts',
    noticedBy: '19 who leaves before, while and after they are told',
  },
  {
    without: 'receipts only move forward',
    file: sending('receipts'),
    text: '.where(and(eq(deliveries.id, id), inArray(deliveries.state, statesBelow(receipt.state)))),',
    instead:
      ".where(and(eq(deliveries.id, id), inArray(deliveries.state, statesBelow(receipt.state).concat('complained')))),",
    tests: tested('receipts'),
    noticedBy: 'in the order complained, delivered, delayed, accepted they end the same',
  },
  {
    without: 'a receipt is answered when it is stored',
    file: 'api/routes/hooks.ts',
    text: '    await recordEvents(deps, provider, events)\n',
    instead: '    void recordEvents(deps, provider, events)\n',
    tests: 'tests/faults/receipts.test.ts',
    noticedBy: '12 a kill right after a receipt was answered',
  },
  {
    without: 'all workers share one rate',
    file: sending('gates'),
    text: 'AND ${allowsAnother(now, request.isConfirmation)} AND ${request.isDue}',
    instead: 'AND ${request.isDue}',
    tests: tested('gates'),
    noticedBy: 'two workers together do not exceed the rate',
  },
  {
    without: 'one trial at a time while a circuit is half open',
    file: sending('gates'),
    text: "not_before = CASE circuit WHEN 'closed' THEN not_before ELSE ${now + TRIAL} END",
    instead: 'not_before = not_before',
    tests: tested('gates'),
    noticedBy: 'while a trial is under way nothing else passes, however late others answer',
  },
  {
    without: 'four requests at once, not more',
    file: sending('lanes'),
    text: 'const LANES = 4\n',
    instead: 'const LANES = 40\n',
    tests: 'tests/faults/restored.test.ts',
    noticedBy: '21 a database as it was before messages were sent',
  },
  {
    without: 'what may have been accepted stays with its provider',
    file: sending('batches'),
    text: "AND state = 'open' AND provider = ${provider.name}\n",
    instead: "AND state = 'open'\n",
    tests: tested('standing-in'),
    noticedBy: 'what may have been accepted by the first stays with it',
  },
  {
    without: 'a digest comes once a day',
    file: 'api/domain/time.ts',
    text: 'momentsOf(day, time, timeZone).slice(0, 1)',
    instead: 'momentsOf(day, time, timeZone)',
    tests: 'tests/faults/clock.test.ts',
    noticedBy: '14 a digest at an hour that Berlin has twice',
  },
  {
    without: 'what was erased is taken out of the log',
    file: 'api/actions/subscribers/erasing.ts',
    text: '  await emptyLog(deps)\n',
    instead: '  void emptyLog\n',
    tests: 'tests/faults/leaving.test.ts',
    noticedBy: '19 who leaves before, while and after they are told',
  },
  {
    without: 'SIGTERM begins nothing new',
    file: 'api/node/deps.ts',
    text: 'task(() => ending)',
    instead: 'task(() => ending && false)',
    tests: 'tests/faults/stopping.test.ts',
    noticedBy: '22 SIGTERM while everybody is told',
  },
]
