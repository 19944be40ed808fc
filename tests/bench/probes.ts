import { cost } from './probes/cost.ts'
import { detection, trials } from './probes/detection.ts'
import { crowd, openScene } from './probes/scene.ts'
import { storage } from './probes/storage.ts'
import type { Report } from './report.ts'

/** Probes every 30 s by the real service against targets in another process. */
export async function probes(report: Report, sizes: number[]): Promise<void> {
  for (const count of sizes.length > 0 ? sizes : [100, 1000, 5000]) {
    const tried = trials()
    await using scene = await openScene([...crowd(count - tried.length), ...tried])
    await cost(report, scene, count < 1000 ? 90_000 : 60_000)
    await detection(report, scene)
    if (count === 1000) await storage(report, count)
  }
}
