// Every page explains itself: three things to know, and the API call behind it. `?` opens it, with the keys at the end.

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { CodeBlock } from '../ui/code-block.tsx'
import { Sheet } from '../ui/dialog.tsx'
import { Keys } from '../ui/keys.tsx'
import { shortcuts } from './shortcuts.ts'

export interface PageHelp {
  readonly about: string
  readonly know: readonly [string, string, string]
  readonly curl: string
  readonly cli: string
}

interface HelpState {
  readonly help: PageHelp | undefined
  readonly setHelp: (help: PageHelp | undefined) => void
  readonly open: boolean
  readonly setOpen: (open: boolean) => void
}

const HelpContext = createContext<HelpState>({
  help: undefined,
  setHelp: () => {},
  open: false,
  setOpen: () => {},
})

export function HelpProvider({ children }: { readonly children: ReactNode }) {
  const [help, setHelp] = useState<PageHelp>()
  const [open, setOpen] = useState(false)
  const state = useMemo(() => ({ help, setHelp, open, setOpen }), [help, open])
  return <HelpContext value={state}>{children}</HelpContext>
}

/** Says what the help of the page shown is. Give it a constant, or a value that changes only with what it says. */
export function usePageHelp(help: PageHelp): void {
  const { setHelp } = useContext(HelpContext)
  const { about, know, curl, cli } = help
  const [first, second, third] = know
  useEffect(() => {
    setHelp({ about, know: [first, second, third], curl, cli })
    return () => setHelp(undefined)
  }, [setHelp, about, first, second, third, curl, cli])
}

export function useHelp(): HelpState {
  return useContext(HelpContext)
}

export function HelpSheet() {
  const { help, open, setOpen } = useHelp()
  return (
    <Sheet open={open} onOpenChange={setOpen} title={help === undefined ? 'Help' : `About ${help.about}`}>
      {help === undefined ? null : <PageHelpBody help={help} />}
      <h3 className="mt-6 mb-2 text-xs font-semibold tracking-wide text-ink-2 uppercase">Keys</h3>
      <dl className="flex flex-col">
        {shortcuts.map(({ keys, does }) => (
          <div key={keys} className="flex h-8 items-center justify-between border-b border-line">
            <dt className="text-sm text-ink-2">{does}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  )
}

/** What the examples say; shown with the address of this server. */
const usualServer = 'http://127.0.0.1:4400'

function PageHelpBody({ help }: { readonly help: PageHelp }) {
  return (
    <>
      <ol className="flex flex-col gap-3">
        {help.know.map((sentence, index) => (
          <li key={sentence} className="flex gap-3 text-sm text-ink">
            <span className="numeric w-4 shrink-0 text-right font-mono text-ink-3">{index + 1}</span>
            {sentence}
          </li>
        ))}
      </ol>
      <h3 className="mt-6 mb-2 text-xs font-semibold tracking-wide text-ink-2 uppercase">The same over HTTP</h3>
      <CodeBlock text={help.curl.replaceAll(usualServer, location.origin)} label="curl command" />
      <h3 className="mt-4 mb-2 text-xs font-semibold tracking-wide text-ink-2 uppercase">On the command line</h3>
      <CodeBlock text={help.cli} label="millrace command" />
    </>
  )
}
