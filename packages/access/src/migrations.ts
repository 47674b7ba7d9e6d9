import type { Migration } from '@millrace/store'

/** The schema `access`. A published version never changes. */
export const accessMigrations: readonly Migration[] = [
  {
    room: 'access',
    version: 1,
    name: 'administrator, sessions and environments',
    script: `
      create schema if not exists access;

      -- One row: there is one administrator until people arrive.
      create table access.administrator (
        only_one boolean primary key default true check (only_one),
        token_hash bytea not null,
        set_at bigint not null
      );

      create table access.session (
        secret_hash bytea primary key,
        created_at bigint not null,
        expires_at bigint not null
      );
      create index session_expires_at on access.session (expires_at);

      create table access.environment (
        name text primary key,
        created_at bigint not null
      );
    `,
  },
]
