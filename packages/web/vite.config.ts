// How the console is built: hashed assets, nothing inline (the server's CSP forbids it), heavy rooms in chunks of their own.

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env['MILLRACE_SERVER'] ?? 'http://127.0.0.1:4400'

export default defineConfig({
  plugins: [react(), tailwindcss()],
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
