// Apart from bootstrap.cjs, because `import()` does not even parse before Node 10.
'use strict'

import('./main.mjs')
