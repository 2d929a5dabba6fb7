import MemoryImage
import NativeProcess
import Testing

@testable import CPython

/// The kernel that recognizes pools by their headers, against `PymallocPool`, which reads a pool in full.
struct PoolPagesTests {
  /// Pages of which some are pools, and some are not by one field or one number, after a few bytes that are no page.
  private func memory(
    _ layout: PymallocLayout, pages: Int, lead: Int, using random: inout SystemRandomNumberGenerator
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: lead + pages * layout.poolSize + 100)
    func put(_ number: Int, at place: Int) {
      for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
    }
    for page in 0..<pages {
      let start = lead + page * layout.poolSize
      let sizeClass = Int.random(in: 0..<(layout.largestBlock / 16), using: &random)
      let size = (sizeClass + 1) * 16
      let count = Int.random(in: 0...((layout.poolSize - layout.headerSize) / size), using: &random)
      let fields = [layout.szidx.bytes, layout.nextoffset.bytes, layout.maxnextoffset.bytes, layout.count.bytes]
      let numbers = [sizeClass, layout.headerSize + count * size, layout.poolSize - size, count]
      for (field, number) in zip(fields, numbers) { put(number, at: start + field) }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: put(0, at: start + fields[Int.random(in: 0..<4, using: &random)])
      case 1:
        let field = Int.random(in: 0..<4, using: &random)
        let change = [-1, 1, -16, 16, 1 << 16, -(1 << 20)].randomElement(using: &random) ?? 1
        put(numbers[field] + change, at: start + fields[field])
      default: break
      }
    }
    return bytes
  }

  @Test(arguments: Layout.supported.indices, [0, 1, 4096 - 16])
  func `runs are the pools and what is between them`(version: Int, lead: Int) throws {
    let layout = Layout.supported[version]
    let size = layout.pymalloc.poolSize
    let start = Address(0x7F00_0000_0000) + (size - lead) % size
    var random = SystemRandomNumberGenerator()
    var counts = (pools: 0, others: 0)
    for pages in [0, 1, 2, 15, 16, 17, 40] {
      let bytes = memory(layout.pymalloc, pages: pages, lead: lead, using: &random)
      let range = try #require(AddressRange(start: start, count: bytes.count))
      let region = try #require(MemoryRegion(range: range, owner: MappedBytes(copying: bytes)))
      let inferior = Inferior(memory: AddressSpace(regions: [region]), version: layout.version, layout: layout)
      var end = start
      for chunk in inferior.addressSpace.chunks(alignment: size) {
        for run in PoolPages.runs(of: chunk, in: inferior) {
          #expect(run.chunk.range.start == end)
          end = run.chunk.range.end
          var page = (run.chunk.range.start + (size - 1)).alignedDown(to: UInt64(size))
          while page + size <= run.chunk.range.end {
            #expect((PymallocPool(at: page, in: inferior) != nil) == run.isPools, "\(page)")
            if run.isPools { counts.pools += 1 } else { counts.others += 1 }
            page = page + size
          }
          #expect(!run.isPools || run.chunk.range.count % size == 0)
        }
      }
      #expect(end == range.end)
    }
    #expect(counts.pools > 20 && counts.others > 10)
  }
}
