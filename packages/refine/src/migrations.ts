import type { Migration } from '@millrace/store'

export const refineMigrations: readonly Migration[] = [
  {
    room: 'refine',
    version: 1,
    name: 'datasets and the outcomes of batches',
    // A schema is text, not jsonb: the order of its properties is the order of the columns.
    script: `
      CREATE SCHEMA IF NOT EXISTS refine;
      CREATE TABLE refine.dataset (
        environment text NOT NULL,
        name text NOT NULL,
        version integer NOT NULL,
        given boolean NOT NULL,
        schema text NOT NULL,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        PRIMARY KEY (environment, name)
      );
      CREATE TABLE refine.batch (
        environment text NOT NULL,
        dataset text NOT NULL,
        token text NOT NULL,
        stored integer NOT NULL,
        rejected integer NOT NULL,
        at bigint NOT NULL,
        PRIMARY KEY (environment, dataset, token)
      );
      CREATE INDEX batch_oldest ON refine.batch (at);
    `,
  },
]
