/** More updates than this are folded, so that the newest and the first are found. */
const many = 14
const newest = 8

/** The updates that are seen at once, the folded middle, and the first one; newest first. */
export function foldUpdates<Update>(updates: Update[]): {
  shown: Update[]
  folded: Update[]
  first: Update[]
} {
  if (updates.length <= many) return { shown: updates, folded: [], first: [] }
  return {
    shown: updates.slice(0, newest),
    folded: updates.slice(newest, -1),
    first: updates.slice(-1),
  }
}
