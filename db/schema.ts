// Every table, by what it is about.

export * from './tables/pages.ts'
export * from './tables/incidents.ts'
export * from './tables/monitoring.ts'
export * from './tables/delivery.ts'
export * from './tables/subscribers.ts'
export * from './tables/access.ts'
export * from './tables/service.ts'
