// What could be written where the cursor stands, for the editor. It offers what `parse` accepts, from the same grammar, the
// same scopes and the plugins' own schemas.

import type { JsonObject } from '@millrace/stdx'
import { expressionCompletions } from './complete-expression.ts'
import { keyCompletions, valueCompletions } from './complete-grammar.ts'
import type { Completion, Suggestion } from './completion.ts'
import type { ParseOptions } from './parsed.ts'
import { placeAt } from './place.ts'

/** In the order of use; those that begin with what is typed already come first, and others only if they contain it. */
export function complete(text: string, offset: number, options: Pick<ParseOptions, 'plugins'>): readonly Completion[] {
  const place = placeAt(text, offset)
  if (place === undefined) return []
  const document = place.document as JsonObject
  const suggestions =
    place.as === 'expression'
      ? expressionCompletions(place, document, options.plugins)
      : place.as === 'key'
        ? keyCompletions(place, document, options.plugins)
        : valueCompletions(place, document, options.plugins)
  const typed = text.slice(place.from, offset).toLowerCase()
  const rank = ({ label }: Suggestion) => (label.toLowerCase().startsWith(typed) ? 0 : 1)
  return suggestions
    .filter(({ label }) => label.toLowerCase().includes(typed))
    .sort((a, b) => rank(a) - rank(b))
    .map((suggestion) => ({ ...suggestion, from: place.from, to: place.to }))
}
