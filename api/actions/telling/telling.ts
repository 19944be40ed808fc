import type { Deps, Telling } from '../../deps.ts'
import { sendDue } from '../sending/sending.ts'
import { expandAnnouncements } from './announcements.ts'

const verbs = { expand: expandAnnouncements, send: sendDue }

/** Tells what is due: here, or where this machine has a thread for it. */
export function tell(deps: Deps, what: Telling, stopped: () => boolean): Promise<number> {
  return deps.teller ? deps.teller(what, stopped) : verbs[what](deps, stopped)
}
