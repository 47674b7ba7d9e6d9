// How the console is built: hashed assets, nothing inline (the server's CSP forbids it), heavy rooms in chunks of their own.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const server = process.env['MILLRACE_SERVER'] ?? 'http://127.0.0.1:4400'

/** Beside each text its compressed twin: the server sends it as it is, and spends nothing on compressing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (dir === undefined || !/\.(js|css|svg|html)$/.test(name)) continue
        const path = join(dir, name)
        const bytes = readFileSync(path)
        if (bytes.byteLength >= compressedBytesMin) writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
      }
    },
  }
}

/** Below, one packet holds it either way. */
const compressedBytesMin = 1_400

export default defineConfig({
  plugins: [react(), tailwindcss(), compressed()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    rolldownOptions: {
      treeshake: {
        // The language room brings its checker and its evaluator along, which the browser does not use: a module that nobody
        // asks for is left out.
        moduleSideEffects: (id) =>
          !/packages\/(stdx|lang|playbook|plugin)\/src|node_modules\/(ajv|jsonata|re2js)/.test(id),
      },
    },
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/v1': server,
    },
  },
})
