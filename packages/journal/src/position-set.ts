// A set of positions: runs of them cost a bit each, lone ones a small page.

const bitsPerPage = 1024

export class PositionSet {
  readonly #pages = new Map<number, Uint32Array>()

  has(position: number): boolean {
    const page = this.#pages.get(Math.floor(position / bitsPerPage))
    const bit = position % bitsPerPage
    return page !== undefined && ((page[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0
  }

  add(position: number): void {
    const index = Math.floor(position / bitsPerPage)
    let page = this.#pages.get(index)
    if (page === undefined) {
      page = new Uint32Array(bitsPerPage / 32)
      this.#pages.set(index, page)
    }
    const bit = position % bitsPerPage
    page[bit >>> 5] = (page[bit >>> 5] ?? 0) | (1 << (bit & 31))
  }
}
