/** One thing that could be written where the cursor stands. */
export interface Completion {
  readonly label: string
  /** What replaces the text from `from` to `to`. */
  readonly insert: string
  /** A few words beside the label. */
  readonly detail: string
  /** Markdown. */
  readonly documentation: string
  readonly kind: 'key' | 'value' | 'plugin' | 'task' | 'step' | 'input' | 'secret' | 'function' | 'name'
  readonly from: number
  readonly to: number
}

/** A completion that does not know its place yet. */
export type Suggestion = Omit<Completion, 'from' | 'to'>
