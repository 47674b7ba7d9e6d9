// Photographs every page over the fake server, on a desk and on a phone, dark and light, and lets axe look at each.
// `node dev/photograph.mjs [part of a name]` writes to shots/. Needs `npm run build` before.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { runnerImport } from 'vite'

const here = fileURLToPath(new URL('..', import.meta.url))
const shots = join(here, 'shots')
const wanted = process.argv[2] ?? ''
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const { module } = await runnerImport(join(here, 'dev/fake-server.ts'))
const server = await module.startFakeServer({
  schemaFile: join(here, '../api/src/graphql/schema.ts'),
  dist: join(here, 'dist'),
  runs: 10_000,
})
mkdirSync(shots, { recursive: true })
const profile = mkdtempSync(join(tmpdir(), 'millrace-photograph-'))

const pages = [
  ['home', '/'],
  ['playbooks', '/playbooks'],
  ['playbook', '/playbooks/quakes', async (page) => page.getByRole('button', { name: 'Task score' }).click()],
  ['faulty', '/playbooks/ssh-audit', fault],
  ['complete', '/playbooks/quakes', completion],
  ['versions', '/playbooks/quakes?tab=versions'],
  ['run-form', '/playbooks/quakes?run=true'],
  ['new', '/playbooks/new'],
  ['runs', '/runs'],
  ['runs-failed', '/runs?state=failed'],
  ['run-failed', '/runs/run_FAILED'],
  ['run-live', '/runs/run_LIVE'],
  ['run-large', '/runs/run_LARGE', async (page) => page.getByRole('button', { name: 'Unfold all tasks' }).click()],
  ['run-logs', '/runs/run_DONE?view=logs&step=load/-1/write'],
  ['sql', '/sql', (page) => runQuery(page)],
  ['chart', '/sql', chart],
  ['datasets', '/datasets'],
  ['plugins', '/plugins/http'],
  ['palette', '/runs', async (page) => page.keyboard.press('Control+k')],
  ['help', '/', async (page) => page.keyboard.press('?')],
  ['sign-in', '/sign-in'],
  ['ui', '/_ui'],
]

async function fault(page) {
  await page.getByRole('textbox', { name: 'Playbook YAML' }).waitFor()
  await page.getByText('plugin: bash').click()
  await page.keyboard.press('End')
  await page.keyboard.type('h')
  await page.getByText('There is no plugin').first().waitFor()
}
async function completion(page) {
  await page.getByText('plugin: transform').click()
  await page.keyboard.press('End')
  await page.keyboard.press('Control+Space')
  await page.waitForTimeout(500)
}
async function runQuery(page) {
  await page.getByRole('textbox', { name: 'SQL' }).click()
  await page.keyboard.press('Control+Enter')
  await page.getByRole('grid', { name: 'Query result' }).waitFor()
}
async function chart(page) {
  await runQuery(page)
  await page.getByRole('radio', { name: 'Chart' }).click()
  await page.waitForTimeout(600)
}

const context = (options) =>
  chromium.launchPersistentContext(join(profile, String(Math.random())), {
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  })

let faults = 0
for (const [device, size] of [
  ['desk', { width: 1440, height: 900 }],
  ['phone', { width: 390, height: 844 }],
]) {
  for (const colorScheme of ['dark', 'light']) {
    const browser = await context({ viewport: size, colorScheme })
    for (const [name, path, act] of pages) {
      const shot = `${name}-${device}-${colorScheme}`
      if (!shot.includes(wanted)) continue
      const page = await browser.newPage()
      page.on('console', (message) => message.type() === 'error' && console.log(`  ${shot}: ${message.text()}`))
      page.on('pageerror', (error) => console.log(`  ${shot}: ${error.message}`))
      await page.goto(server.url + path)
      await page.waitForTimeout(900)
      await act?.(page)?.catch((error) => console.log(`  ${shot}: ${error.message.split('\n')[0]}`))
      await page.waitForTimeout(400)
      await page.screenshot({ path: join(shots, `${shot}.png`) })
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
      )
      if (wide) console.log(`  ${shot}: wider than the screen`)
      for (const { id, nodes } of violations) {
        faults++
        console.log(
          `  ${shot}: ${id} × ${nodes.length}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary?.split('\n')[1] ?? ''}`,
        )
      }
      await page.close()
    }
    await browser.close()
  }
}
console.log(`${faults} accessibility faults`)
await server.close()
rmSync(profile, { recursive: true, force: true })
process.exit(0)
