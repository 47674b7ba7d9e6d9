// A dataset's name and the table it becomes.

import { datasetErrors } from './errors.ts'
import { datasetNameCharactersMax } from './limits.ts'

const pattern = /^[a-z][a-z0-9_-]*$/

/** Tables of the platform's own in the same database. */
const reserved = /^otel[-_]/

/** Throws `dataset.name_invalid`. */
export function checkDatasetName(name: string): void {
  if (name.length > datasetNameCharactersMax || !pattern.test(name)) {
    throw datasetErrors.name_invalid(
      `${JSON.stringify(name.slice(0, 80))} cannot be the name of a dataset: expected a lower-case letter, then letters, digits, "-" or "_", at most ${datasetNameCharactersMax} characters.`,
    )
  }
  if (reserved.test(name)) {
    throw datasetErrors.name_invalid(`"${name}" begins like the tables of telemetry; choose another name.`)
  }
}

/** `shop-orders` → `shop_orders`, so that SQL needs no quotes. */
export function tableOf(dataset: string): string {
  return dataset.replaceAll('-', '_')
}
