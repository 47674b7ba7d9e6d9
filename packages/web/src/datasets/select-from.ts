import type { Dataset } from '../api/datasets.ts'

/** A statement that shows what is in a dataset. */
export function selectFrom({ table, columns }: Pick<Dataset, 'table' | 'columns'>): string {
  const names = columns
    .slice(0, 12)
    .map(({ name }) => (/^[a-z_]\w*$/i.test(name) ? name : `\`${name.replaceAll('`', '\\`')}\``))
  return `SELECT ${names.length === 0 ? '*' : names.join(', ')}\nFROM ${table}\nLIMIT 1000`
}
