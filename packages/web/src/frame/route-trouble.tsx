// A page that is not there, and a page that broke.

import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { Empty } from '../ui/empty.tsx'
import { Trouble } from '../ui/problem.tsx'

export function NotFound() {
  return (
    <Empty
      title="Nothing is here"
      sentence="This address leads to no page of the console. It may have been mistyped, or belong to a newer version."
      action={
        <Link to="/" className="link">
          Go home
        </Link>
      }
    />
  )
}

export function RouteTrouble({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-2xl p-6">
      <Trouble error={error} again={reset} />
    </div>
  )
}
