import { tidy, type Incoming } from './alert-incoming.ts'

/** Our own JSON, for whatever speaks none of the others. */
export type GenericAlert = Omit<Incoming, 'event_id' | 'reminds' | 'dedupe_key'> & {
  event_id?: string | undefined
  dedupe_key?: string | undefined
}

/** `request` names the request, `isId` by an id that its sender gave it and not by what it says. */
export function fromGeneric(alerts: GenericAlert[], request: string, isId: boolean): Incoming[] {
  return alerts.map((alert, position) =>
    tidy({
      ...alert,
      event_id: alert.event_id ?? `${request}|${position}`,
      reminds: alert.event_id === undefined && !isId,
      dedupe_key: alert.dedupe_key ?? [alert.event_type, alert.component ?? ''].join('|'),
    }),
  )
}
