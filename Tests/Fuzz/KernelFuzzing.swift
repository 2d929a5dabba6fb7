import CScan
import MemoryImage

/// The C kernels: each finds what its naive twin finds.
enum KernelFuzzing {
  static func kernels(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    let needles = (0..<Int(input.byte() % 8)).map { _ in input.word() & 0xFF_FFFF }
    let needle = (0..<Int(input.byte() % 6)).map { _ in input.byte() }
    let granule = input.byte() % 2 == 0 ? 8 : 16
    let start = Address(0x1000)
    let memory = input.memory(at: start)
    let set = TypeAddressSet(needles.enumerated().map { (Address($1), UInt32($0)) })
    for chunk in memory.chunks(alignment: 16 << 10) {
      var found: [Address] = []
      chunk.forEachHeader(typeIn: set) { address, _ in found.append(address) }
      let expected = stride(from: chunk.range.start.rawValue, to: chunk.range.end.rawValue, by: 8)
        .map { Address($0) }
        .filter { address in
          guard address.isAligned(to: UInt64(chunk.granule)),
            let word: UInt64 = try? memory.load(at: address + 8)
          else {
            return false
          }
          return set.number(of: Address(word)) != nil
        }
      if memory.regions.count == 1 { claim(found == expected, "other headers") }
      _ = chunk.selfTypedObjects()
      _ = chunk.selfTypedObjects(typeField: 8 + granule)
      _ = chunk.occurrences(of: needle, limit: 1000)
    }
  }
}
