// Where one shows the administrator's token; it becomes a session cookie that scripts cannot read.

import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { cache } from '../api/cache.ts'
import { signIn } from '../api/client.ts'
import { reconnect } from '../api/live.ts'
import { Button } from '../ui/button.tsx'
import { Field, TextInput } from '../ui/field.tsx'
import { Mark } from '../ui/mark.tsx'
import { Trouble } from '../ui/problem.tsx'

export function SignInPage({ next }: { readonly next: string }) {
  const navigate = useNavigate()
  const [token, setToken] = useState('')
  const [trouble, setTrouble] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setTrouble(undefined)
    try {
      await signIn(token.trim())
      reconnect()
      cache.clear()
      await navigate({ to: next })
    } catch (thrown) {
      setTrouble(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <main id="main" className="flex h-full items-center justify-center overflow-y-auto p-4">
      <form onSubmit={(event) => void submit(event)} className="panel flex w-full max-w-sm flex-col gap-4 p-6">
        <div className="flex items-center gap-2.5">
          <Mark size={28} turning={busy} />
          <h1 className="text-xl font-semibold tracking-tight">Sign in to Millrace</h1>
        </div>
        <Field label="Administrator’s token" hint="Printed once, when the server first started." required>
          {(wiring) => (
            <TextInput
              {...wiring}
              type="password"
              autoComplete="current-password"
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
        {trouble === undefined ? null : <Trouble error={trouble} />}
        <Button kind="main" type="submit" busy={busy} disabled={token.trim() === ''}>
          Sign in
        </Button>
      </form>
    </main>
  )
}
