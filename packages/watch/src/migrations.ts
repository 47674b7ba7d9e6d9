import type { Migration } from '@millrace/store'

export const watchMigrations: readonly Migration[] = [
  {
    room: 'watch',
    version: 1,
    name: 'the batches being stored',
    script: `
      CREATE SCHEMA IF NOT EXISTS watch;
      CREATE TABLE watch.batch (
        name text PRIMARY KEY,
        position_first bigint NOT NULL,
        position_last bigint NOT NULL,
        records integer NOT NULL,
        youngest_at bigint NOT NULL
      );
    `,
  },
]
