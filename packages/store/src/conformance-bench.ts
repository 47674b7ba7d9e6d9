// What the parts of the conformance suite work on.

import type { Store } from './contract.ts'

/** The store of the running test, with an empty schema `t` and a table `t.item (id int8 primary key, name text)`. */
export interface Bench {
  store: Store
}
