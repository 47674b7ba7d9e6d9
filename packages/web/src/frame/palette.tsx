// The command palette: go to, run a playbook, find a run by id or text, change the theme. All by keyboard.

import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Dialog } from 'radix-ui'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { playbooksQuery } from '../api/playbooks.ts'
import { recentRunsQuery } from '../api/runs.ts'
import { limits } from '../limits.ts'
import { classNames } from '../ui/class-names.ts'
import { useSettled } from '../ui/settled.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { useEnvironment } from './environment.ts'
import { type Command, fixedCommands, matching, playbookCommands, runCommands } from './palette-commands.tsx'

export function Palette({
  open,
  onOpenChange,
}: {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[rgb(4_10_12/0.5)]" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12dvh] left-1/2 z-50 flex max-h-[70dvh] w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-md bg-raised shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">Go to, run, find</Dialog.Title>
          <PaletteBody close={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function useCommands(text: string): readonly Command[] {
  const environment = useEnvironment()
  const navigate = useNavigate()
  const search = useSettled(text.trim(), limits.searchDelayMs)
  const { data: playbooks } = useQuery(playbooksQuery(environment))
  const { data: runs } = useQuery({
    ...recentRunsQuery(environment, 8, search === '' ? {} : { search }),
    placeholderData: (before) => before,
  })
  return useMemo(
    () => [
      ...matching(text, [...fixedCommands(navigate), ...playbookCommands(navigate, playbooks ?? [])]),
      ...runCommands(navigate, runs ?? []),
    ],
    [text, navigate, playbooks, runs],
  )
}

function PaletteBody({ close }: { readonly close: () => void }) {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const commands = useCommands(text)
  const listId = useId()
  const at = Math.min(chosen, commands.length - 1)
  const act = (command: Command | undefined) => {
    if (command === undefined) return
    close()
    command.act()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const step = event.key === 'ArrowDown' ? 1 : -1
      setChosen((at + step + commands.length) % Math.max(1, commands.length))
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      act(commands[at])
    }
  }
  return (
    <>
      <input
        // the palette is opened to be typed into
        autoFocus
        role="combobox"
        aria-label="Go to, run, find"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={commands[at] === undefined ? undefined : `${listId}-${at}`}
        value={text}
        placeholder="Go to, run, find a run by id or text…"
        onChange={(event) => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={press}
        className="h-12 shrink-0 border-b border-line bg-transparent px-4 text-base text-ink outline-none placeholder:text-ink-3"
      />
      <CommandList commands={commands} chosen={at} listId={listId} act={act} />
    </>
  )
}

function CommandList({
  commands,
  chosen,
  listId,
  act,
}: {
  readonly commands: readonly Command[]
  readonly chosen: number
  readonly listId: string
  readonly act: (command: Command) => void
}) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <div ref={list} id={listId} role="listbox" aria-label="Commands" className="min-h-0 overflow-y-auto p-1.5">
      {commands.length === 0 ? (
        <p className="px-3 py-6 text-center text-sm text-ink-2">
          Nothing fits. Try a playbook’s name or part of a run’s id.
        </p>
      ) : null}
      {commands.map((command, index) => (
        <div
          key={command.key}
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === chosen}
          // the combobox holds the focus
          tabIndex={-1}
          onClick={() => act(command)}
          onKeyDown={() => {}}
          className={classNames(
            'flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-sm',
            index === chosen ? 'bg-accent-wash text-ink' : 'text-ink-2 hover:bg-hover',
          )}
        >
          <span className="inline-flex w-4 shrink-0 justify-center text-ink-3">
            {command.state === undefined ? command.icon : <StateMark state={command.state} named />}
          </span>
          <span className="truncate text-ink">{command.label}</span>
          <span className="ml-auto truncate pl-4 text-xs text-ink-3">{command.aside}</span>
        </div>
      ))}
    </div>
  )
}
