import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openChdb } from './chdb.ts'
import type { Olap } from './contract.ts'
import { parameterText, quoteName, quoteText } from './literal.ts'
import { lineParts, rowParts } from './parts.ts'
import { closedFunctions } from './syntax-tree.ts'
import { tokenize } from './tokens.ts'

let directory: string
let olap: Olap
const limits = { timeMsMax: 10_000, rowsMax: 10_000, memoryBytesMax: 2 ** 30, resultBytesMax: 2 ** 26 }

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'millrace-olap-'))
  olap = await openChdb({ directory })
})
afterAll(async () => {
  await olap.close()
  await rm(directory, { recursive: true })
})

interface TheirToken {
  readonly begin: number
  readonly end: number
  readonly type: string
}

/** What ClickHouse's own lexer makes of a text, or undefined when it finds an error in it. */
async function theirs(texts: readonly string[]): Promise<(readonly (readonly [number, number])[] | undefined)[]> {
  const { rows } = await olap.query(
    'SELECT tokenizeQuery(text) FROM (SELECT arrayJoin(JSONExtractArrayRaw({texts:String})) AS raw, JSONExtractString(raw) AS text)',
    { limits, parameters: { texts: JSON.stringify(texts) } },
  )
  return rows.map(([list]) => {
    const tokens = list as TheirToken[]
    if (tokens.some((token) => token.type.startsWith('Error'))) return undefined
    return tokens.flatMap(({ type, begin, end }) =>
      type === 'Whitespace' || type === 'Comment' || type === 'EndOfStream' ? [] : [[begin, end] as const],
    )
  })
}

function ours(text: string): readonly (readonly [number, number])[] | undefined {
  try {
    return tokenize(text).map((token) => [token.at, token.end] as const)
  } catch {
    return undefined
  }
}

/** Where strings, names and brackets stand: what a check must see as ClickHouse sees it. Operators may be cut otherwise. */
function outline(text: string, tokens: readonly (readonly [number, number])[]): readonly string[] {
  return tokens.map(([begin, end]) => text.slice(begin, end)).filter((token) => /^['"`$()[\]{};A-Za-z_]/.test(token))
}

test('strings, names, comments and brackets end where ClickHouse ends them', async () => {
  const pieces = fc.constantFrom(
    ...'\'"`\\$();,.-/*#! \n\t{}[]:',
    "''",
    '--',
    '/*',
    '*/',
    '//',
    '# ',
    '#!',
    '$$',
    '$a$',
    'a',
    'SELECT',
    'x',
    "x'41'",
    "b'01'",
    '1',
    '1.5e3',
    '0x1F',
    '\\\\',
    "\\'",
    'é',
    '\u00a0',
  )
  const texts = fc.sample(
    fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join('')),
    6_000,
  )
  const answers = await theirs(texts)
  let accepted = 0
  for (const [i, text] of texts.entries()) {
    const mine = ours(text)
    const other = answers[i]
    // Refusing more than ClickHouse does is safe; accepting must mean the same thing. Offsets are bytes there.
    // A number may take letters along there; that moves no quote.
    if (mine === undefined || other === undefined || /[^\x20-\x7e\n\t]|\d\w/.test(text)) continue
    accepted++
    expect(outline(text, mine), JSON.stringify(text)).toEqual(outline(text, other))
  }
  expect(accepted).toBeGreaterThan(500)
})

test('what ClickHouse refuses is refused here too', async () => {
  const texts = ["'", '"x', '`', '/*', '/* /* */ */ */', '$a$ $b$', "'\\'", 'a \\ b']
  const answers = await theirs(texts)
  for (const [i, text] of texts.entries()) if (answers[i] === undefined) expect(ours(text), text).toBeUndefined()
  for (const text of ['‘a’', '“a”', 'é', '\u2212', '`a\nb`', '"a\\x"']) expect(ours(text), text).toBeUndefined()
})

test('every function of the engine that could look outside has been judged', async () => {
  const suspect = [
    "''",
    'Other',
    'Introspection',
    'Dictionary',
    'Embedded Dictionary',
    'AI',
    'Machine Learning',
    'UUID',
    'Encryption',
  ]
  const { rows } = await olap.query(
    `SELECT lower(name) FROM system.functions WHERE NOT is_aggregate
     AND (categories = '' OR hasAny(splitByChar(',', categories), [${suspect.map(quoteText).join(', ')}])) ORDER BY 1`,
    { limits },
  )
  const judged = new Set(
    readFileSync(new URL('./testdata/harmless-functions.txt', import.meta.url), 'utf8').split(/\s+/),
  )
  const unjudged = rows.map(([name]) => String(name)).filter((name) => !closedFunctions.test(name) && !judged.has(name))
  expect(
    unjudged,
    'judge these: close them in syntax-tree.ts, or list them in testdata/harmless-functions.txt',
  ).toEqual([])
  for (const name of judged) expect(closedFunctions.test(name), `${name} is listed as harmless and closed`).toBe(false)
})

test('text, names and parameters survive their quoting, whatever they hold', async () => {
  const texts = fc
    .sample(fc.string({ unit: 'binary', maxLength: 12 }), 300)
    .map((text) => text.replace(/[\ud800-\udfff]/g, ''))
  texts.push("'", '\\', "\\'", '`', '\0', '\t\n\r', '\\N', '')
  const { rows } = await olap.query(`SELECT ${texts.map(quoteText).join(', ')}`, { limits })
  expect(rows[0]).toEqual(texts)
  const parameters = Object.fromEntries(texts.slice(-60).map((text, i) => [`p${i}`, text]))
  const asked = await olap.query(
    `SELECT ${Object.keys(parameters)
      .map((name) => `{${name}:String}`)
      .join(', ')}`,
    { limits, parameters },
  )
  expect(asked.rows[0]).toEqual(Object.values(parameters))
  const names = ['a b', 'a`b', 'a\\b', 'ä', 'select']
  const named = await olap.query(`SELECT ${names.map((name, i) => `${i} AS ${quoteName(name)}`).join(', ')}`, {
    limits,
  })
  expect(named.columns.map((column) => column.name)).toEqual(names)
  expect(parameterText(null)).toBe('\\N')
})

test('parts hold every row, in order, the same each time', () => {
  const rows = Array.from({ length: 60_001 }, (_, i) => ({ i, text: 'x'.repeat(i % 300) }))
  const cut = () => [...rowParts(rows)].map((part) => Buffer.from(part).toString())
  const parts = cut()
  expect(parts.length).toBeGreaterThan(1)
  expect(cut().every((part, i) => part === parts[i])).toBe(true)
  const lines = parts.flatMap((part) => part.split('\n'))
  expect(lines.every((line, i) => JSON.parse(line).i === i)).toBe(true)
  expect(lines).toHaveLength(rows.length)
  const whole = Buffer.from(`${lines.join('\n')}\n\n`)
  const again = [...lineParts(whole)].flatMap((part) =>
    Buffer.from(part)
      .toString()
      .split('\n')
      .filter((line) => line !== ''),
  )
  expect(again.join('\n') === lines.join('\n')).toBe(true)
  expect([...rowParts([])]).toEqual([])
  expect([...lineParts(Buffer.from('\n \n'))]).toEqual([])
})
