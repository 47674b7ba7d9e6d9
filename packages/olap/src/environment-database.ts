// Every row belongs to an environment, and an environment is a database: unqualified names in a person's SQL find its
// tables, and no others are open.

/** Databases that ClickHouse keeps for itself. */
const reserved = new Set(['default', 'system', 'information_schema', '_temporary_and_external_tables'])

/** `dev` → `dev`, `eu-prod` → `eu_prod`. */
export function environmentDatabase(environment: string): string {
  const database = environment.replaceAll('-', '_').toLowerCase()
  return reserved.has(database) ? `environment_${database}` : database
}
