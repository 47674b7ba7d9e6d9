// What a person's SQL may do, and what it may not. Every refusal here was a way out in some ClickHouse at some time.

import { expect, test } from 'vitest'
import { type Bench, person, roomy } from './conformance-bench.ts'

/** Ways out of the open tables, into files, other servers, other databases, settings or a second statement. */
const attacks: readonly string[] = [
  // Other databases.
  'SELECT * FROM vault.secrets',
  'SELECT * FROM `vault`.`secrets`',
  'SELECT * FROM "vault"."secrets"',
  'SELECT * FROM vault . secrets',
  'SELECT * FROM/**/vault/**/./**/secrets',
  'SELECT * FROM orders, vault.secrets',
  'SELECT * FROM orders JOIN vault.secrets ON 1',
  'SELECT (SELECT word FROM vault.secrets)',
  'WITH s AS (SELECT * FROM vault.secrets) SELECT * FROM s',
  "SELECT 'plugh' IN vault.secrets",
  "SELECT 'plugh' IN (vault.secrets)",
  "SELECT 'plugh' GLOBAL NOT IN vault.secrets",
  'SELECT * FROM (SELECT * FROM (SELECT * FROM vault.secrets))',
  'SELECT 1 UNION ALL SELECT word FROM vault.secrets',
  'SELECT 1 EXCEPT SELECT word FROM vault.secrets',
  'SELECT count() FROM orders WHERE EXISTS (SELECT * FROM vault.secrets)',
  'FROM vault.secrets SELECT *',
  '(SELECT * FROM vault.secrets)',
  'SELECT * FROM {t:Identifier}',
  'SELECT * FROM {d:Identifier}.secrets',
  'SELECT 1 AS vault, * FROM vault.secrets',
  // The system's own.
  'SELECT * FROM system.tables',
  'SELECT * FROM system.query_log',
  'SELECT * FROM INFORMATION_SCHEMA.TABLES',
  'SELECT * FROM default.orders',
  // Table functions.
  "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  "SELECT * FROM FILE('/etc/passwd', 'LineAsString')",
  "SELECT * FROM `file`('/etc/passwd', 'LineAsString')",
  "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
  "SELECT * FROM s3('http://127.0.0.1:1/b/k', 'CSV')",
  "SELECT * FROM remote('127.0.0.1', 'vault', 'secrets')",
  "SELECT * FROM clusterAllReplicas('default', vault.secrets)",
  "SELECT * FROM merge('vault', '.*')",
  "SELECT * FROM merge(REGEXP('.*'), '.*')",
  "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
  "SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')",
  "SELECT * FROM sqlite('/tmp/x.db', 't')",
  "SELECT * FROM executable('id', 'TSV', 'x String')",
  "SELECT * FROM dictionary('d')",
  "SELECT * FROM input('x String')",
  'SELECT * FROM loop(vault.secrets)',
  "SELECT * FROM mergeTreeIndex('vault', 'secrets')",
  "SELECT * FROM filesystem('/')",
  "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
  "SELECT 1 IN remote('127.0.0.1', 'vault', 'secrets')",
  'SELECT * FROM view(SELECT * FROM vault.secrets)',
  "SELECT * FROM eval('SELECT 1')",
  // Functions that look outside.
  "SELECT file('/etc/passwd')",
  "SELECT FiLe('/etc/passwd')",
  "SELECT * APPLY(file) FROM (SELECT '/etc/passwd')",
  "SELECT * APPLY file FROM (SELECT '/etc/passwd')",
  "SELECT COLUMNS('.*') APPLY(x -> file(x)) FROM (SELECT '/etc/passwd')",
  "SELECT * APPLY(x -> x IN vault.secrets) FROM (SELECT 'plugh')",
  'SELECT * APPLY(x -> (SELECT word FROM vault.secrets)) FROM (SELECT 1)',
  "SELECT * APPLY x -> `file`(x) FROM (SELECT '/etc/passwd')",
  "SELECT * apply(`file`) FROM (SELECT '/etc/passwd')",
  "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
  "SELECT dictGet('d', 'a', 1)",
  "SELECT joinGet('vault.j', 'a', 1)",
  "SELECT hasColumnInTable('127.0.0.1', 'u', 'p', 'vault', 'secrets', 'word')",
  "SELECT catboostEvaluate('/etc/passwd', 1)",
  'SELECT hostName()',
  "SELECT getSetting('readonly')",
  // Settings, formats, files, statements.
  'SELECT 1 SETTINGS max_execution_time = 0',
  'SELECT * FROM (SELECT 1 SETTINGS readonly = 0)',
  'SELECT 1 UNION ALL SELECT 2 SETTINGS max_memory_usage = 0',
  'SELECT 1 FORMAT CSV',
  "SELECT 1 INTO OUTFILE '/tmp/millrace-outfile'",
  'SELECT 1 FORMAT Null SETTINGS readonly = 0',
  'SELECT 1; DROP TABLE lab.orders',
  'SELECT 1; SELECT * FROM vault.secrets',
  "SELECT 1 /* ; */ ; SELECT 'x'",
  'SELECT 1) , (SELECT * FROM vault.secrets',
  'SELECT 1) FORMAT CSV --',
  'SELECT 1 PARALLEL WITH SELECT 2',
  'SET readonly = 0',
  'USE vault',
  'INSERT INTO orders (id) VALUES (1)',
  'INSERT INTO orders (id) SELECT 1',
  'WITH x AS (SELECT 1) INSERT INTO orders (id) SELECT * FROM x',
  'CREATE TABLE lab.mine (a UInt8) ENGINE = Memory',
  'CREATE TEMPORARY TABLE t AS SELECT * FROM vault.secrets',
  'DROP TABLE orders',
  'ALTER TABLE orders DELETE WHERE 1',
  'TRUNCATE TABLE orders',
  'OPTIMIZE TABLE orders',
  'SYSTEM SHUTDOWN',
  'KILL QUERY WHERE 1',
  'ATTACH TABLE x',
  'BACKUP TABLE orders TO Disk(a)',
  'GRANT ALL ON *.* TO default',
  'EXECUTE AS default SELECT 1',
  '1 + 1',
  // Descriptions of what is not open.
  'DESCRIBE vault.secrets',
  "DESCRIBE file('/etc/passwd', 'LineAsString')",
  'DESCRIBE (SELECT * FROM vault.secrets)',
  'SHOW TABLES FROM vault',
  'SHOW CREATE TABLE vault.secrets',
  'SHOW PROCESSLIST',
  'SHOW GRANTS',
  "SHOW SETTINGS LIKE '%'",
  'EXPLAIN SELECT * FROM vault.secrets',
  "EXPLAIN SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
  'EXPLAIN INSERT INTO orders SELECT 1',
  'EXPLAIN CURRENT TRANSACTION',
  "EXPLAIN TABLE OVERRIDE mysql('', '', '', '', '')",
  'EXPLAIN AST DROP TABLE orders',
  'SELECT * FROM (EXPLAIN SELECT * FROM vault.secrets)',
  // Tricks with names and quotes.
  'SELECT * FROM `vault\\`.secrets`',
  'SELECT * FROM "lab.orders\\" FROM vault.secrets"',
  'SELECT * FROM ‘vault’.secrets',
  'SELECT * FROM “vault”.“secrets”',
  "SELECT 'it''s', '\\\\', (SELECT word FROM vault.secrets) -- '",
  "SELECT '\\\\\\'', (SELECT word FROM vault.secrets) -- '",
  'SELECT $a$ $a$, * FROM vault.secrets',
  'SELECT * FROM lab.orders AS `a (alias b)`, vault.secrets AS `lab.orders`',
]

/** What people ask, each with its answer. */
const honest: readonly (readonly [string, unknown])[] = [
  ['SELECT count(), sum(amount) FROM orders', [[3, 7.5]]],
  ['SELECT id FROM lab.orders ORDER BY id DESC LIMIT 1;', [[3]]],
  ['select o.id from orders as o where o.amount > 1 order by 1 -- a remark; with a semicolon', [[1], [2]]],
  ['WITH 2 AS factor, big AS (SELECT id, amount * factor AS twice FROM orders) SELECT max(twice) FROM big', [[10]]],
  ['SELECT a.id FROM orders a LEFT JOIN orders b ON a.id = b.id + 1 WHERE b.id = 0', [[1]]],
  [
    'SELECT tag, count() FROM orders ARRAY JOIN tags AS tag GROUP BY tag ORDER BY tag',
    [
      ['new', 2],
      ['old', 1],
    ],
  ],
  ["SELECT id FROM orders WHERE has(tags, 'old') AND id IN (SELECT id FROM orders WHERE amount < 3)", [[2]]],
  [
    'SELECT id, sum(amount) OVER (ORDER BY id) FROM orders ORDER BY id',
    [
      [1, 5],
      [2, 7.5],
      [3, 7.5],
    ],
  ],
  ['SELECT more.city::String FROM orders WHERE id = 1', [['Oslo']]],
  [
    "SELECT 'FORMAT CSV; INTO OUTFILE SETTINGS x=1 FROM vault.secrets /* ' AS text",
    [['FORMAT CSV; INTO OUTFILE SETTINGS x=1 FROM vault.secrets /* ']],
  ],
  ['SELECT `id` FROM `lab`.`orders` WHERE "id" = 3', [[3]]],
  [
    'SELECT toStartOfHour(at) AS hour, countIf(amount > 1) FROM orders GROUP BY hour ORDER BY hour',
    [['2026-01-01 00:00:00', 2]],
  ],
  ["SELECT replaceRegexpAll('a.b', '[.]', '-'), format('{}-{}', 1, 2), 3 -- 4", [['a-b', '1-2', 3]]],
  ['SELECT number FROM numbers(3) WHERE number % 2 = 0', [[0], [2]]],
  ['SELECT * FROM (SELECT 1 AS a UNION ALL SELECT 2) ORDER BY a', [[1], [2]]],
  ['(SELECT 1) UNION DISTINCT (SELECT 1)', [[1]]],
  ['SELECT * EXCEPT (tags, more, at) REPLACE (id + 1 AS id) FROM orders WHERE id = 2', [[2, 5]]],
  ['SELECT * APPLY(max) FROM (SELECT id, amount FROM orders)', [[3, 5]]],
  [
    "SELECT multiIf(amount > 3, 'high', amount > 1, 'low', 'none') FROM orders ORDER BY id",
    [['high'], ['low'], ['none']],
  ],
  ['SELECT quantileExact(0.5)(amount), argMax(id, amount), arrayMap(x -> x * 2, [1, 2]) FROM orders', [[5, 1, [2, 4]]]],
  ['SELECT id FROM orders ORDER BY id LIMIT 1 BY id LIMIT 1 OFFSET 1', [[2]]],
  ['SELECT id, amount FROM orders WHERE (id, amount) IN ((1, 5), (2, 9))', [[1, 5]]],
  ['SELECT {least:UInt8} + 1 AS n', [[6]]],
  ['SELECT count() FROM orders PREWHERE id > 0 WHERE amount IS NOT NULL GROUP BY ALL HAVING count() > 1', [[2]]],
  ['SELECT id FROM orders QUALIFY row_number() OVER (ORDER BY id) = 2', [[2]]],
  [
    "SELECT d FROM (SELECT toDate('2026-01-01') + number * 2 AS d FROM numbers(2)) ORDER BY d WITH FILL",
    [['2026-01-01'], ['2026-01-02'], ['2026-01-03']],
  ],
  ["SELECT $$it's$$ AS heredoc, x'41' AS hex", [["it's", 'A']]],
  ["SELECT file, url FROM (SELECT 'a' AS file, 'b' AS url)", [['a', 'b']]],
  ['SELECT count() FROM orders GROUP BY GROUPING SETS ((), ()) LIMIT 1', [[3]]],
  ['SHOW DATABASES', [['lab']]],
  ["SHOW TABLES LIKE 'ord%'", [['orders']]],
  ["SHOW TABLES FROM lab LIKE 'ord%';", [['orders']]],
]

export function confinementConformance(bench: Bench): void {
  test('what is open is answered', async () => {
    await bench.olap.insert(
      'lab.orders',
      [
        { id: 1, amount: 5, at: '2026-01-01T00:10:00Z', tags: ['new'], more: { city: 'Oslo' } },
        { id: 2, amount: 2.5, at: '2026-01-01T00:20:00Z', tags: ['new', 'old'], more: {} },
        { id: 3, amount: null, at: '2026-01-01T00:30:00Z', tags: [], more: {} },
      ],
      'orders',
    )
    for (const [sql, rows] of honest) {
      expect(await bench.code(sql, { ...person, parameters: { least: 5 } }), sql).toEqual(rows)
    }
  })

  test('descriptions and explanations of open tables are answered', async () => {
    const columns = await bench.rows('DESCRIBE TABLE lab.orders', person)
    expect(columns.map((row) => row.slice(0, 2))).toContainEqual(['amount', 'Nullable(Float64)'])
    expect(await bench.rows('desc orders', person)).toEqual(columns)
    expect(String((await bench.rows('SHOW CREATE TABLE orders', person))[0]?.[0])).toContain('CREATE TABLE lab.orders')
    for (const kind of ['', 'AST', 'SYNTAX', 'PLAN indexes = 1, actions = 1', 'PIPELINE', 'ESTIMATE', 'QUERY TREE']) {
      expect(await bench.code(`EXPLAIN ${kind} SELECT id FROM orders WHERE id = 1`, person), kind).toBeInstanceOf(Array)
    }
  })

  test('what is not open is refused, and nothing has happened', async () => {
    const open: string[] = []
    for (const sql of attacks) {
      const parameters = { t: 'vault.secrets', d: 'vault' }
      const began = performance.now()
      const outcome = await bench.code(sql, { ...person, parameters })
      if (outcome !== 'olap.denied' && outcome !== 'olap.sql_invalid') open.push(`${sql} → ${JSON.stringify(outcome)}`)
      if (performance.now() - began > 3_000) open.push(`${sql} → went somewhere, for ${performance.now() - began} ms`)
    }
    expect(open).toEqual([])
    expect(await bench.rows('SELECT count() FROM lab.orders')).toEqual([[3]])
    expect(await bench.rows('SELECT count() FROM vault.secrets')).toEqual([[1]])
  })

  test('with no database open, only what needs none is answered', async () => {
    expect(await bench.code('SELECT 1 + 1', { databases: [] })).toEqual([[2]])
    expect(await bench.code('SELECT * FROM orders', { databases: [] })).toBe('olap.denied')
    expect(await bench.code('SHOW TABLES', { databases: [] })).toBe('olap.denied')
  })

  test('of several open databases the first one is meant where none is named', async () => {
    expect(await bench.code('SELECT word FROM secrets', { databases: ['vault', 'lab'] })).toEqual([['plugh']])
    expect(await bench.code('SELECT count() FROM lab.orders', { databases: ['vault', 'lab'] })).toEqual([[3]])
    expect(await bench.code('SELECT count() FROM orders', { databases: ['vault', 'lab'] })).toBe('olap.sql_invalid')
  })

  test('a result tells nothing of the limits it ran under, and keeps to them', async () => {
    const limits = { ...roomy, rowsMax: 2 }
    expect(await bench.code('SELECT id FROM orders', { ...person, limits })).toBe('olap.rows_limit')
  })
}
