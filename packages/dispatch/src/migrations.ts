// The tables of dispatch. A run's facts are kept as the batches in which they were committed: `seq` is the number of the
// batch's first fact, and the run row's `seq` counts them all, which is the lock that two writers cannot both turn.

import type { Migration } from '@millrace/store'

export const dispatchMigrations: readonly Migration[] = [
  {
    room: 'dispatch',
    version: 1,
    name: 'playbooks, runs and their histories',
    script: `
      CREATE SCHEMA IF NOT EXISTS dispatch;
      CREATE TABLE dispatch.playbook (
        environment text NOT NULL,
        name text NOT NULL,
        version integer NOT NULL,
        description text NOT NULL,
        labels jsonb NOT NULL,
        inputs jsonb NOT NULL,
        webhooks jsonb NOT NULL,
        text text NOT NULL,
        published_at bigint NOT NULL,
        published_by text NOT NULL,
        PRIMARY KEY (environment, name, version)
      );
      CREATE TABLE dispatch.run (
        id text NOT NULL,
        environment text NOT NULL,
        playbook text NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        trigger text NOT NULL,
        started_by text NOT NULL,
        key text,
        created_at bigint NOT NULL,
        ended_at bigint,
        seq integer NOT NULL,
        steps_total integer NOT NULL,
        steps_completed integer NOT NULL,
        steps_failed integer NOT NULL,
        steps_running integer NOT NULL,
        error text
      ) WITH (fillfactor = 80);
      CREATE UNIQUE INDEX run_key ON dispatch.run (environment, playbook, key) WHERE key IS NOT NULL;
      CREATE INDEX run_by_playbook ON dispatch.run (environment, playbook, id);
      CREATE INDEX run_by_state ON dispatch.run (environment, state, id);
      CREATE INDEX run_unfinished ON dispatch.run (id) WHERE ended_at IS NULL;
      -- Read once a start; block ranges cost a commit nothing.
      CREATE INDEX run_ended ON dispatch.run USING brin (ended_at);
      -- Ids sort by birth, so this is also the list of the newest. It is made last because, of indexes that look equally
      -- good, the planner takes the newest; on an empty table all do, and a plan prepared then is kept for long.
      ALTER TABLE dispatch.run ADD PRIMARY KEY (environment, id);
      CREATE TABLE dispatch.history (
        run_id text NOT NULL,
        seq integer NOT NULL,
        facts text NOT NULL,
        PRIMARY KEY (run_id, seq)
      );
      CREATE TABLE dispatch.mark (
        name text PRIMARY KEY,
        value bigint NOT NULL
      );
    `,
  },
]
