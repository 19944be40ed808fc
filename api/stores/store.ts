/** One published rendering, before the store has compressed it. `path` is the URL path, e.g. `/api/v2/summary.json`. */
export type Document = {
  path: string
  content_type: string
  body: string | Uint8Array<ArrayBuffer>
  /** Extra response headers, e.g. Content-Security-Policy. */
  headers: Record<string, string>
  /** The document's revision in the database when its rendering began. */
  revision: number
}

/** A place where published documents lie. */
export type Store = {
  /**
   * Answers GET and HEAD for a published path (200, 304, or HEAD's empty body); null when nothing is published there.
   * `as` answers with another document and status, e.g. `{ path: '/404', status: 404 }`.
   */
  serve(
    request: Request,
    as?: { path: string; status: number },
  ): Response | null | Promise<Response | null>
  /** Publishes all of them; a document that the same code and settings rendered in a newer revision stays. */
  put(documents: Document[]): Promise<void>
  remove(paths: string[]): Promise<void>
  /** The revision up to which every document has been published here, by the code and settings of now; 0 when nothing was. */
  publishedThrough(): Promise<number>
  setPublishedThrough(revision: number): Promise<void>
  /** Every published path, for export. */
  paths(): Promise<string[]>
}
