import { defineConfig, type Plugin } from 'vitest/config'

// Tests read the sources and never dist, which may be stale or absent: the `source` condition of each package's exports
// leads there. One import that went to dist would test yesterday's code, so it is refused.
const sourcesOnly: Plugin = {
  name: 'sources-only',
  enforce: 'pre',
  async resolveId(id, importer, options) {
    if (!id.startsWith('@millrace/')) return null
    const resolved = await this.resolve(id, importer, { ...options, skipSelf: true })
    if (resolved !== null && /\/dist\//.test(resolved.id)) {
      throw new Error(`${id} led to ${resolved.id}: give that export a "source" condition in its package.json.`)
    }
    return resolved
  },
}

export default defineConfig({
  plugins: [sourcesOnly],
  resolve: { conditions: ['source'] },
  // Vitest hands these to Node as --conditions, for require() too: with 'import' among them, CommonJS would load ESM (pg-pool).
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    // A laptop stays usable and a small CI machine stays honest about time.
    maxWorkers: 2,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.{ts,tsx}',
            'plugins/*/src/**/*.test.ts',
            'bench/**/*.test.ts',
            'e2e/**/*.test.ts',
            'examples/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: ['**/*.server.test.ts', '**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['{packages,plugins}/*/src/**/*.server.test.ts', '{bench,e2e,examples,scripts}/**/*.server.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // Each file may start a database and a browser; two at once would measure each other.
          fileParallelism: false,
        },
      },
    ],
  },
})
