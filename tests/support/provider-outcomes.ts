import type { Subject } from './provider-contract.ts'

type Outcomes = Subject['outcomes']

const closed = { kind: 'closed' }
const uncertain = { kind: 'uncertain' }
const unreadable = { kind: 'uncertain', code: 'unreadable' }
const timeout = { kind: 'uncertain', code: 'timeout' }
const network = { kind: 'uncertain', code: 'network' }
const deferred = { kind: 'deferred' }
const accepted = { kind: 'answered', results: [{ kind: 'accepted', provider_id: null }] }

/** Of a service where we have an account: what it refuses, it refuses all of our messages. */
export const ofAnAccount: Outcomes = {
  'a bare 500': uncertain,
  'a page of a proxy with 502': uncertain,
  'a 503 that says when to come back': { kind: 'uncertain', retry_after_ms: 7_000 },
  'a 408': uncertain,
  'a 504, after which it may still arrive': uncertain,
  'a 200 with garbage': unreadable,
  'a 200 with nothing': unreadable,
  'a 200 with other JSON': unreadable,
  'a 200 with null': unreadable,
  'a 429 of a proxy': { kind: 'throttled', retry_after_ms: 3_000 },
  'a 429 that says no time': { kind: 'throttled', retry_after_ms: 1_000 },
  'a 401 of a proxy': closed,
  'a 403 of a firewall': closed,
  'a 404, as of a wrong URL': closed,
  'a 400 without a name': { kind: 'refused' },
  'a redirect for good': closed,
  'a redirect for now': closed,
  'a redirect of the request': closed,
  'a redirect of the request for good': closed,
  'a refused connection': network,
  'a signal that has ended already': uncertain,
  'silence until the signal ends': timeout,
  'a connection that is cut before the answer': network,
  'a connection that is cut in the middle of the answer': network,
  'an answer that drips until the signal ends': timeout,
  'an answer that never ends': unreadable,
}

/** Of a receiver that drops repetitions: only its status counts, and all but a yes is tried again. */
export const ofAReceiver: Outcomes = {
  'a bare 500': deferred,
  'a page of a proxy with 502': deferred,
  'a 503 that says when to come back': { kind: 'deferred', retry_after_ms: 7_000 },
  'a 408': deferred,
  'a 504, after which it may still arrive': deferred,
  'a 200 with garbage': { ...accepted, results: [{ kind: 'accepted', said: 'certainly!' }] },
  'a 200 with nothing': accepted,
  'a 200 with other JSON': { ...accepted, results: [{ kind: 'accepted', said: '{"ok":true}' }] },
  'a 200 with null': accepted,
  'a 429 of a proxy': { kind: 'throttled', retry_after_ms: 3_000 },
  'a 429 that says no time': { kind: 'throttled', retry_after_ms: 1_000 },
  'a 401 of a proxy': deferred,
  'a 403 of a firewall': deferred,
  'a 404, as of a wrong URL': deferred,
  'a 400 without a name': deferred,
  'a redirect for good': deferred,
  'a redirect for now': deferred,
  'a redirect of the request': deferred,
  'a redirect of the request for good': deferred,
  'a refused connection': { kind: 'deferred', code: 'network' },
  'a signal that has ended already': deferred,
  'silence until the signal ends': { kind: 'deferred', code: 'timeout' },
  'a connection that is cut before the answer': { kind: 'deferred', code: 'network' },
  'a connection that is cut in the middle of the answer': accepted,
  'an answer that drips until the signal ends': accepted,
  'an answer that never ends': accepted,
}

/** Of a channel in a chat: it would show a repetition, and a webhook that is gone says nothing of the others. */
export const ofAChat: Outcomes = {
  ...ofAReceiver,
  'a 504, after which it may still arrive': uncertain,
  'a 200 with garbage': unreadable,
  'a 200 with nothing': unreadable,
  'a 200 with other JSON': unreadable,
  'a 200 with null': unreadable,
  'a 404, as of a wrong URL': refused('http_404', 'unreachable'),
  'a 400 without a name': refused('http_400'),
  'silence until the signal ends': timeout,
  'a connection that is cut before the answer': network,
  'a connection that is cut in the middle of the answer': network,
  'an answer that drips until the signal ends': timeout,
  'an answer that never ends': unreadable,
}

/** The one message was refused; `suppress` says that the next one would be, too. */
export function refused(code: string, suppress?: 'unreachable') {
  return { kind: 'answered', results: [{ kind: 'refused', code, suppress }] }
}
