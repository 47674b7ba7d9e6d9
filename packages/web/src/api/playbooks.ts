// Playbooks: published versions, and what the server says about a text that is still being written.

import type { Complaint } from '@millrace/stdx'
import { queryOptions } from '@tanstack/react-query'
import { operation, request } from './client.ts'
import { type Run, runFields } from './runs.ts'

export interface Playbook {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly labels: Readonly<Record<string, string>>
  readonly text: string
  readonly publishedAt: number
  readonly publishedBy: string
  readonly inputs: unknown
  readonly webhooks: readonly string[]
}

export interface PlaybookListed extends Omit<Playbook, 'text'> {
  readonly runs: readonly Run[]
}

export interface Outline {
  readonly name: string | null
  readonly tasks: readonly OutlineTask[]
}

export interface OutlineTask {
  readonly name: string
  readonly line: number
  readonly needs: readonly string[]
  readonly when: string
  readonly forEach: boolean
  readonly steps: readonly { readonly id: string; readonly plugin: string; readonly line: number }[]
}

export type PlacedComplaint = { readonly [K in keyof Complaint]: Complaint[K] | null } & {
  readonly code: string
  readonly message: string
}

export interface Validation {
  readonly complaints: readonly PlacedComplaint[]
  readonly outline: Outline
  readonly inputs: unknown
}

const fields = 'name version description labels publishedAt publishedBy inputs webhooks'

export const playbooksOperation = operation<
  { playbooks: { items: readonly PlaybookListed[]; next: string | null } },
  { environment: string; after: string | null }
>(`query Playbooks($environment: String!, $after: String) {
  playbooks(environment: $environment, first: 200, after: $after) {
    items { ${fields} runs(first: 10) { ${runFields} } } next
  }
}`)

export const playbookOperation = operation<
  { playbook: Playbook | null },
  { environment: string; name: string; version: number | null }
>(`query Playbook($environment: String!, $name: String!, $version: Int) {
  playbook(environment: $environment, name: $name, version: $version) { ${fields} text }
}`)

export const versionsOperation = operation<
  { playbook: { versions: { items: readonly Playbook[]; next: string | null } } | null },
  { environment: string; name: string }
>(`query Versions($environment: String!, $name: String!) {
  playbook(environment: $environment, name: $name) { versions(first: 100) { items { ${fields} text } next } }
}`)

export const validateOperation = operation<
  { validate: Validation },
  { environment: string; text: string }
>(`query Validate($environment: String!, $text: String!) {
  validate(environment: $environment, text: $text) {
    complaints { code message hint pointer line column endLine endColumn expected found }
    outline { name tasks { name line needs when forEach steps { id plugin line } } }
    inputs
  }
}`)

export const publishOperation = operation<
  { publish: { name: string; version: number } },
  { environment: string; text: string }
>(`mutation Publish($environment: String!, $text: String!) {
  publish(environment: $environment, text: $text) { name version }
}`)

export function playbooksQuery(environment: string) {
  return queryOptions({
    queryKey: ['playbooks', environment],
    queryFn: async ({ signal }) => {
      const items: PlaybookListed[] = []
      let after: string | null = null
      // Names are few; ten pages are two thousand playbooks, and search does the rest.
      for (let page = 0; page < 10; page++) {
        const answer: { items: readonly PlaybookListed[]; next: string | null } = (
          await request(playbooksOperation, { environment, after }, { signal })
        ).playbooks
        items.push(...answer.items)
        after = answer.next
        if (after === null) break
      }
      return items
    },
  })
}

export function playbookQuery(environment: string, name: string, version?: number) {
  return queryOptions({
    queryKey: ['playbook', environment, name, version ?? null],
    queryFn: async ({ signal }) =>
      (await request(playbookOperation, { environment, name, version: version ?? null }, { signal })).playbook,
  })
}

export function versionsQuery(environment: string, name: string) {
  return queryOptions({
    queryKey: ['playbook-versions', environment, name],
    queryFn: async ({ signal }) =>
      (await request(versionsOperation, { environment, name }, { signal })).playbook?.versions.items ?? [],
  })
}

export async function validate(environment: string, text: string, signal?: AbortSignal): Promise<Validation> {
  return (await request(validateOperation, { environment, text }, { signal })).validate
}

export async function publish(environment: string, text: string): Promise<{ name: string; version: number }> {
  return (await request(publishOperation, { environment, text })).publish
}
