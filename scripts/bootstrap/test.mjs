// `npm test` and `npm run test:servers`: every check runs even when an earlier one failed, so that one run shows all
// there is to mend; then the totals, counted from what vitest wrote down and not from what it printed.

import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runNode } from './child.mjs'
import { readJson } from './manifests.mjs'
import { showing } from './progress.mjs'
import { Sentence } from './sentence.mjs'

/**
 * @typedef {{ passed: number, failed: number, skipped: string[] }} Totals
 * @typedef {{ name: string, assertionResults: { status: string, fullName: string }[], status: string }} TestFile
 * @typedef {{ testResults: TestFile[] }} Report
 */

/**
 * Types, lint, format, and every test that needs no server.
 *
 * @param {string} root
 * @param {string[]} args for vitest: file names, `-t <name>`
 * @param {() => Promise<boolean>} compile
 */
export async function test(root, args, compile) {
  const checks = {
    types: await compile(),
    lint: (await runNode(['node_modules/oxlint/bin/oxlint', '--quiet'], { cwd: root })).code === 0,
    format: (await runNode(['node_modules/@biomejs/biome/bin/biome', 'check'], { cwd: root })).code === 0,
  }
  const totals = await runTests(root, 'unit', args)
  for (const [name, isRight] of Object.entries(checks)) {
    if (isRight) totals.passed++
    else {
      totals.failed++
      console.error(`✗ ${name}: see above`)
    }
  }
  return conclude(totals)
}

/** A ClickHouse server cannot be had from apt: its tests run where an address is given, and are named when they do not. */
const skippable = process.env['MILLRACE_CLICKHOUSE_URL'] === undefined ? /clickhouse/i : undefined

/**
 * Every test that needs a real server, after getting the servers.
 *
 * @param {string} root
 * @param {string[]} args for vitest: file names, `-t <name>`
 */
export async function testServers(root, args) {
  await obtainServers(join(root, 'e2e/servers/dist'))
  const totals = await runTests(root, 'servers', args)
  const isFiltered = args.length > 0
  const missed = isFiltered ? [] : totals.skipped.filter((name) => !skippable?.test(name))
  for (const name of missed) console.error(`✗ did not run, although its server can be had: ${name}`)
  return conclude({ ...totals, failed: totals.failed + missed.length })
}

/**
 * Lets every launcher find or install its server before the first test, where minutes of waiting are not a timeout. A
 * launcher exports `obtain…` for that, which throws with what a person has to install.
 *
 * @param {string} folder
 */
async function obtainServers(folder) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const launcher = await import(pathToFileURL(join(folder, file)).href)
    for (const name of Object.keys(launcher).filter((name) => /^obtain[A-Z]/.test(name))) {
      const title = `Getting ${name.slice('obtain'.length)}`
      await showing(
        title,
        async () => launcher[name](),
        () => true,
      ).catch((thrown) => {
        throw new Sentence(thrown instanceof Error ? thrown.message : String(thrown))
      })
    }
  }
}

/**
 * @param {string} root
 * @param {'unit' | 'servers'} project
 * @param {string[]} args
 * @returns {Promise<Totals>}
 */
async function runTests(root, project, args) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'))
  const report = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', `--project=${project}`, ...reporters, ...args]
    const { code } = await runNode(vitest, { cwd: root })
    const totals = countReport(readReport(report), root)
    // Vitest also fails for an error outside any test, which its report does not count.
    if (code !== 0 && totals.failed === 0) totals.failed = 1
    return totals
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} path */
function readReport(path) {
  try {
    return readJson(path)
  } catch {
    return { testResults: [] } // It crashed before the end; its exit code says so.
  }
}

/**
 * @param {Report} report
 * @param {string} root
 * @returns {Totals}
 */
export function countReport(report, root) {
  /** @type {Totals} */
  const totals = { passed: 0, failed: 0, skipped: [] }
  for (const file of report.testResults) {
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') totals.passed++
      else if (status === 'failed') totals.failed++
      else totals.skipped.push(`${relative(root, file.name)} › ${fullName}`)
    }
    // A file that could not be loaded has no tests to count.
    if (file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed')) totals.failed++
  }
  return totals
}

/**
 * Prints the totals, leaves them for `.ci/run`, and answers the exit code: a run without a test is no success.
 *
 * @param {Totals} totals
 */
function conclude({ passed, failed, skipped }) {
  for (const name of skipped) console.error(`- skipped: ${name}`)
  console.log(`\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`)
  const file = process.env['MILLRACE_TOTALS']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ passed, failed })}\n`)
  return failed === 0 && passed > 0 ? 0 : 1
}
