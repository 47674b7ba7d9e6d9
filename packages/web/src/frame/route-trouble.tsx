// A page that is not there, and a page that broke.

import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'
import { Trouble } from '../ui/problem.tsx'

const help = {
  about: 'addresses',
  know: [
    'Every view of the console is a link: what one sees can be sent to others.',
    'Ctrl-K (⌘K) goes anywhere by name.',
    'An address that leads nowhere was mistyped, or belongs to another version.',
  ],
  curl: 'curl http://127.0.0.1:4400/v1/openapi.json',
  cli: 'millrace --help',
} as const

export function NotFound() {
  return (
    <Page title="Not found" help={help}>
      <Empty
        title="Nothing is here"
        sentence="This address leads to no page of the console. It may have been mistyped, or belong to a newer version."
        action={
          <Link to="/" className="link">
            Go home
          </Link>
        }
      />
    </Page>
  )
}

export function RouteTrouble({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto max-w-2xl p-6">
      <Trouble error={error} again={reset} />
    </div>
  )
}
