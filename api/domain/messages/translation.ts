/** A file of messages in another language: the same keys as in English, plurals where English has them. */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends string
    ? string
    : { readonly one?: string; readonly other: string }
}
