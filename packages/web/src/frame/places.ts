// The rooms of the console, in the rail's order. A room that does not exist yet is not shown.

import { Boxes, House, type LucideIcon, Play, Plug, Table2, Workflow } from 'lucide-react'

export interface Place {
  readonly to: '/' | '/playbooks' | '/runs' | '/datasets' | '/sql' | '/plugins'
  readonly label: string
  readonly icon: LucideIcon
  /** A heading in the rail above it. */
  readonly group?: string
  readonly keys: string
}

export const places: readonly Place[] = [
  { to: '/', label: 'Home', icon: House, keys: 'g h' },
  { to: '/playbooks', label: 'Playbooks', icon: Workflow, keys: 'g p' },
  { to: '/runs', label: 'Runs', icon: Play, keys: 'g r' },
  { to: '/datasets', label: 'Datasets', icon: Boxes, keys: 'g d' },
  { to: '/sql', label: 'SQL', icon: Table2, group: 'Explore', keys: 'g s' },
  { to: '/plugins', label: 'Plugins', icon: Plug, group: 'Reference', keys: 'g l' },
]
