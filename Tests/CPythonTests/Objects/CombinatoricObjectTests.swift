import CPython
import MemoryImage
import TestSupport
import Testing

/// `itertools.combinations`, `permutations` and `product`: their indices are in blocks of their own.
struct CombinatoricObjectTests {
  private struct Combinations: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let pool: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.combinatoric
      let type = heap.type("itertools.combinations", basicSize: fields.size, flags: [.ready, .gc])
      object = heap.object(of: type, size: fields.size)
      pool = heap.tuple(heap.ints(5), of: heap.tupleType())
      set(fields.pool, to: pool)
      set(fields.r, to: 2)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `combinations have an index for each item that is chosen`(version: Int) throws {
    let layout = Layout.supported[version]
    var parts = Combinations(layout)
    let facts = try #require(parts.facts)
    #expect(facts.invalidReason == nil)
    #expect(facts.byteCount == 16 + layout.combinatoric.size + 2 * 8)
    #expect(facts.references == [.init(parts.pool, .visited)])
    #expect(facts.text == "itertools.combinations {pool: \(parts.pool)}")
    parts.set(layout.combinatoric.stopped, to: 1)
    #expect(try #require(parts.facts).text == "itertools.combinations exhausted {pool: \(parts.pool)}")
  }

  private struct Permutations: ObjectParts {
    var heap: SyntheticHeap
    let object: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.combinatoric
      let type = heap.type("itertools.permutations", basicSize: fields.permutationsSize, flags: [.ready, .gc])
      object = heap.object(of: type, size: fields.permutationsSize)
      set(fields.permutationsPool, to: heap.tuple(heap.ints(5), of: heap.tupleType()))
      set(fields.permutationsR, to: 2)
    }
  }

  private struct Product: ObjectParts {
    var heap: SyntheticHeap
    let object: Address
    let pools: Address

    init(_ layout: Layout) {
      heap = SyntheticHeap(layout)
      let fields = layout.combinatoric
      let type = heap.type("itertools.product", basicSize: fields.productSize, flags: [.ready, .gc])
      object = heap.object(of: type, size: fields.productSize)
      let tuple = heap.tupleType()
      let items = heap.ints(2)
      pools = heap.tuple([heap.tuple(items, of: tuple), heap.tuple(items, of: tuple), heap.tuple([], of: tuple)], of: tuple)
      set(fields.pools, to: pools)
    }
  }

  @Test(arguments: Layout.supported.indices)
  func `permutations have indices and cycles, and a product an index for each pool`(version: Int) throws {
    let layout = Layout.supported[version]
    let permutations = try #require(Permutations(layout).facts)
    #expect(permutations.invalidReason == nil)
    #expect(permutations.byteCount == 16 + layout.combinatoric.permutationsSize + (5 + 2) * 8)
    let parts = Product(layout)
    let product = try #require(parts.facts)
    #expect(product.invalidReason == nil)
    #expect(product.byteCount == 16 + layout.combinatoric.productSize + 3 * 8)
    #expect(product.references == [.init(parts.pools, .visited)])
  }

  @Test(arguments: Layout.supported.indices)
  func `iterators that cannot be are invalid`(version: Int) {
    let layout = Layout.supported[version]
    let fields = layout.combinatoric
    #expect(Combinations.reason(layout) { $0.set(fields.r, to: -1) } == .sizeOutOfRange)
    #expect(Combinations.reason(layout) { $0.set(fields.r, to: 1 << 40) } == .sizeOutOfRange)
    #expect(Combinations.reason(layout) { $0.set(fields.pool, to: $0.object) } == .wrongReferentType)
    #expect(Permutations.reason(layout) { $0.set(fields.permutationsR, to: -1) } == .sizeOutOfRange)
    #expect(Product.reason(layout) { $0.set(fields.pools, to: .unmapped) } == .wrongReferentType)
  }
}
