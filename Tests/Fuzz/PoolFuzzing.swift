import CPython
import CScan
import MemoryImage
import TestSupport

@testable import HeapAnalysis

/// The C kernels over the structures of allocators: pools of pymalloc, chains of `malloc`'s chunks.
enum PoolFuzzing {
  static func pools(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    if input.byte() % 2 == 0 { judge(&input) } else { followChunks(&input) }
  }

  /// A pool in which anything may be wrong: the kernel's decisions are those of the judge, which reads every object in full.
  private static func judge(_ input: inout FuzzInput) {
    let layout = input.choice(of: Layout.supported)
    let blockSize = 16 * (1 + Int(input.byte() % 32))
    let heap = SyntheticHeap(layout, poolOf: blockSize) { Int(input.byte()) % $0 }
    let inferior = heap.inferior()
    let quick = scanned(inferior)
    let careful = scanned(inferior, isCareful: true)
    claim(addresses(of: quick) == addresses(of: careful), "other objects")
    claim(quick.byteCount == careful.byteCount && quick.dropped == careful.dropped, "other sizes or reasons")
  }

  private static func addresses(of index: ObjectIndex) -> [Address] {
    var addresses: [Address] = []
    index.forEachObject {
      addresses.append($0.address)
      return true
    }
    return addresses
  }

  /// Chunks of the sizes that the input says: the kernel stops where a plain loop stops.
  private static func followChunks(_ input: inout FuzzInput) {
    let offset = UInt64(input.byte()) * 16
    let spare = Int(input.byte())
    var bytes: [UInt8] = []
    while !input.isEmpty, bytes.count < 1 << 16 {
      let size = Int(input.byte()) * 16
      let flags = input.byte()
      var chunk = [UInt8](repeating: 0, count: max(16, size))
      // The word before the size is the size of a preceding free chunk, which the flags announce.
      chunk.put(flags & 8 == 0 ? input.word() : UInt64(flags), at: 0)
      chunk.put(UInt64(size) | UInt64(flags & 7) | (flags & 16 == 0 ? 0 : input.word() << 32), at: 8)
      bytes += chunk
    }
    let end = bytes.count - spare
    guard end > 0 else { return }
    bytes += [UInt8](repeating: 0, count: max(0, 16 - spare))
    var (marked, expected) = (
      [UInt64](repeating: 0, count: (Int(offset) + end) >> 10 + 1), [UInt64](repeating: 0, count: (Int(offset) + end) >> 10 + 1)
    )
    let stop = unsafe scan_malloc_chunks(bytes, end, offset, &marked)
    claim(stop == follow(bytes, end, offset, &expected) && marked == expected, "other chunks")
  }

  /// The naive twin of `scan_malloc_chunks`.
  private static func follow(_ bytes: [UInt8], _ end: Int, _ offset: UInt64, _ bitmap: inout [UInt64]) -> Int {
    var position = 0
    while true {
      let word = bytes.word(at: position + 8)
      let size = word & ~7
      guard word & 2 == 0, size >= 32, size % 16 == 0, size < UInt64(end - position) else { return position }
      let next = position + Int(size)
      if bytes.word(at: next + 8) & 1 == 0, bytes.word(at: next) != size { return position }
      let bit = (Int(offset) + position) / 16
      bitmap[bit / 64] |= 1 << UInt64(bit % 64)
      position = next
    }
  }
}
