package import MemoryImage

/// Memory that looks as if it held objects and does not, because nobody can write a reference count there.
///
/// Since 3.13 `_PyRuntime` is initialised by copying a constant template of itself (`initial` in Python/pylifecycle.c),
/// with all the small ints, single characters and interned names that it holds. The compiler puts the template into
/// read-only data, where it stays; its table of debug offsets lacks the cookie.
package enum ConstantMemory {
  /// The constant ranges of a process, in ascending order and apart: what the dump says is not writable, and the templates.
  package static func ranges(in memory: AddressSpace, debugOffsets: DebugOffsets?) -> [AddressRange] {
    let readOnly = memory.regions.filter { $0.permissions.map { !$0.contains(.write) } ?? false }.map(\.range)
    let all = (readOnly + templates(in: memory, debugOffsets: debugOffsets)).sorted { $0.start < $1.start }
    // A template lies in read-only memory: ranges that touch become one, or the search would miss what follows it.
    return all.reduce(into: []) { merged, range in
      guard let last = merged.last, range.start <= last.end,
        let joined = AddressRange(start: last.start, end: max(last.end, range.end))
      else { return merged.append(range) }
      merged[merged.count - 1] = joined
    }
  }

  /// The copies of `_PyRuntime` that are not the one in use: what follows the cookie is there, the cookie is not.
  private static func templates(in memory: AddressSpace, debugOffsets: DebugOffsets?) -> [AddressRange] {
    let needleSize = 64
    let cookieSize = DebugOffsets.cookie.count
    guard let debugOffsets,
      let size = try? debugOffsets.size(of: .runtime_state_size, limit: DebugOffsets.stateLimit),
      let needle = try? memory.array(of: UInt8.self, at: debugOffsets.address + cookieSize, count: needleSize)
    else { return [] }
    // The version's four bytes are rare and quickly searched; most of what follows them is zeros.
    let version = Array(needle.prefix(4))
    // Both lie in the same program or library.
    let reach = 64 << 20
    let start = debugOffsets.address - min(reach, Int(clamping: debugOffsets.address.rawValue))
    return memory.chunks()
      .filter { $0.segmentByteCount <= reach && $0.range.end >= start && $0.range.start <= debugOffsets.address + reach }
      .flatMap { $0.occurrences(of: version, limit: 4096) }
      .filter { address in
        guard address != debugOffsets.address + cookieSize,
          let found = try? memory.array(of: UInt8.self, at: address, count: needleSize)
        else { return false }
        return found.elementsEqual(needle)
      }
      .compactMap { AddressRange(start: $0 - cookieSize, count: size) }
  }

  /// Whether `address` lies in one of `ranges`, which are in ascending order.
  package static func contains(_ address: Address, in ranges: [AddressRange]) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(address)
  }
}
