import CPtrace
import Glibc
import MemoryImage

/// What of a process is to be copied: decided while it stands still, before the first byte is.
struct CapturePlan {
  /// A run of readable pages that becomes a region of the dump.
  struct Region {
    /// Where it lies.
    let range: AddressRange
    /// What the process may do with it.
    let permissions: MemoryRegion.Permissions
    /// The file or the kernel's name for it.
    let name: String?
    /// The parts that have to be copied, in ascending order; all others are zero.
    var runs: [AddressRange] = []
  }

  /// The regions, in ascending order.
  private(set) var regions: [Region] = []
  /// The stretches of pages inside of the mappings that cannot be read, and their bytes.
  private(set) var holeCount = 0
  private(set) var holeByteCount = 0

  /// Untouched stretches shorter than this are copied like others: a copy costs less than a seek.
  private static let shortestGap = 16

  /// Adds what can be read of a mapping.
  ///
  /// - Throws: `CaptureError` if the process has ended or may not be read.
  mutating func add(_ mapping: ProcessMapping, pages: borrowing PageMap, memory: ProcessMemory) throws {
    let page = ProcessMemory.pageSize
    var states: [PageMap.State] = []
    states.reserveCapacity(mapping.range.count / page)
    pages.forEachPage(of: mapping.range, isAnonymous: mapping.isAnonymous) { states.append($0) }
    let readable = try Self.readable(states, from: mapping.range.start, in: memory)
    var position = 0
    while position < states.count {
      let isReadable = readable[position]
      var end = position + 1
      while end < states.count, readable[end] == isReadable { end += 1 }
      if isReadable {
        add(mapping, states: states[position..<end])
      } else {
        holeCount += 1
        holeByteCount += (end - position) * page
      }
      position = end
    }
  }

  /// A region of pages all of which can be read; the indices count pages of the mapping.
  private mutating func add(_ mapping: ProcessMapping, states: ArraySlice<PageMap.State>) {
    let page = ProcessMemory.pageSize
    guard
      let range = AddressRange(start: mapping.range.start + states.startIndex * page, count: states.count * page)
    else { return }
    var region = Region(range: range, permissions: mapping.permissions, name: mapping.name)
    var start: Int?
    var end = 0
    for (index, state) in zip(states.indices, states) where state != .untouched {
      if let begun = start, index - end >= Self.shortestGap {
        region.add(pages: begun..<end, of: mapping)
        start = index
      }
      start = start ?? index
      end = index + 1
    }
    if let start { region.add(pages: start..<end, of: mapping) }
    regions.append(region)
  }

  /// Whether each page can be read: of those that are not certain, a byte is read.
  private static func readable(
    _ states: [PageMap.State], from start: Address, in memory: ProcessMemory
  ) throws -> [Bool] {
    var readable = [Bool](repeating: true, count: states.count)
    var position = 0
    while position < states.count {
      guard states[position] == .uncertain else {
        position += 1
        continue
      }
      var end = position + 1
      while end < states.count, states[end] == .uncertain, end - position < ProcessMemory.probeLimit { end += 1 }
      let found = try memory.probe(at: start + position * ProcessMemory.pageSize, count: end - position)
      for (index, isReadable) in zip(position..<end, found) { readable[index] = isReadable }
      position = end
    }
    return readable
  }

  /// The number of bytes of all regions, those that are zero included.
  var byteCount: Int { regions.reduce(0) { $0 + $1.range.count } }
  /// The number of bytes that are copied.
  var copiedByteCount: Int { regions.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } } }
}

private extension CapturePlan.Region {
  mutating func add(pages: Range<Int>, of mapping: ProcessMapping) {
    let page = ProcessMemory.pageSize
    guard let run = AddressRange(start: mapping.range.start + pages.lowerBound * page, count: pages.count * page) else {
      return
    }
    runs.append(run)
  }
}
