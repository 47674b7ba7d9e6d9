// What the palette offers, and which of it fits what was typed.

import type { UseNavigateResult } from '@tanstack/react-router'
import { Monitor, Moon, Play, Plus, Sun, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import type { PlaybookListed } from '../api/playbooks.ts'
import type { Run, RunState } from '../api/runs.ts'
import { agoFormat } from '../format/time.ts'
import { setTheme } from '../theme/theme.ts'
import { places } from './places.ts'

export interface Command {
  readonly key: string
  readonly label: string
  readonly aside: string
  readonly icon?: ReactNode
  readonly state?: RunState
  readonly act: () => void
}

type Navigate = UseNavigateResult<string>

export function fixedCommands(navigate: Navigate): readonly Command[] {
  return [
    ...places.map(({ to, label, icon: Icon, keys }) => ({
      key: `go ${to}`,
      label: `Go to ${label}`,
      aside: keys,
      icon: <Icon size={14} />,
      act: () => void navigate({ to }),
    })),
    {
      key: 'new',
      label: 'New playbook',
      aside: 'c',
      icon: <Plus size={14} />,
      act: () => void navigate({ to: '/playbooks/new' }),
    },
    { key: 'dark', label: 'Theme: dark', aside: '', icon: <Moon size={14} />, act: () => setTheme('dark') },
    { key: 'light', label: 'Theme: light', aside: '', icon: <Sun size={14} />, act: () => setTheme('light') },
    {
      key: 'system',
      label: 'Theme: as the system',
      aside: '',
      icon: <Monitor size={14} />,
      act: () => setTheme('system'),
    },
  ]
}

export function playbookCommands(navigate: Navigate, playbooks: readonly PlaybookListed[]): readonly Command[] {
  return playbooks.flatMap(({ name, description }) => [
    {
      key: `open ${name}`,
      label: `Open ${name}`,
      aside: description,
      icon: <Workflow size={14} />,
      act: () => void navigate({ to: '/playbooks/$name', params: { name } }),
    },
    {
      key: `run ${name}`,
      label: `Run ${name}`,
      aside: 'playbook',
      icon: <Play size={14} />,
      act: () => void navigate({ to: '/playbooks/$name', params: { name }, search: { run: true } }),
    },
  ])
}

export function runCommands(navigate: Navigate, runs: readonly Run[]): readonly Command[] {
  return runs.map((run) => ({
    key: run.id,
    label: `${run.playbook} · ${run.id}`,
    aside: agoFormat(run.createdAt, Date.now()),
    state: run.state,
    act: () => void navigate({ to: '/runs/$id', params: { id: run.id } }),
  }))
}

const shownMax = 12

/** Commands whose label holds every word typed, in any order; those that begin with the text come first. */
export function matching(text: string, commands: readonly Command[]): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = commands.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)))
  const begins = (command: Command) => (command.label.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1)
  return fits.sort((a, b) => begins(a) - begins(b)).slice(0, shownMax)
}
