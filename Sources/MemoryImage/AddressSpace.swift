import Glibc
import Synchronization

/// The memory of a process, put together from the regions of a dump. It has never heard of Python.
///
/// Neighbouring regions read as one: a structure may begin in `.data` and end in `.bss`.
@safe
public final class AddressSpace: Sendable {
  /// The regions in ascending order, without overlap.
  public let regions: [MemoryRegion]
  /// The number of bytes in all regions.
  public let byteCount: Int
  /// The number of regions that were cut or left out because they overlapped one that begins lower.
  public let overlappingRegionCount: Int

  /// What reads the memory: runs of neighbouring regions whose bytes are neighbours in this process too, and copies of
  /// the bytes around each place where such runs meet.
  public let reader: MemoryReader
  /// What was asked for and is not there.
  public let faults = FaultLog()
  /// The programs and libraries, as soon as somebody has asked for them.
  let programs = Mutex<[LoadedProgram]?>(nil)
  private let bridgeOwners: [MappedBytes]
  /// The parts of regions that are known to be zero, in ascending order: nothing is searched for there.
  let untouched: [AddressRange]

  /// The longest structure that may run across two segments.
  public static let bridgeReach = 4096
  /// More seams than any real process has; a limit for hostile dumps.
  private static let bridgeLimit = 4096

  /// An address space of the given regions, in any order.
  ///
  /// Where regions overlap, the one that begins lower wins, and of two that begin together the first.
  public init(regions: [MemoryRegion]) {
    var kept: [MemoryRegion] = []
    var overlapping = 0
    let order = regions.indices.sorted {
      (regions[$0].range.start, $0) < (regions[$1].range.start, $1)
    }
    for index in order {
      let region = regions[index]
      let end = kept.last?.range.end ?? .null
      if region.range.start < end { overlapping += 1 }
      if let rest = region.dropping(before: end) { kept.append(rest) }
    }
    self.regions = kept
    self.overlappingRegionCount = overlapping
    self.byteCount = kept.reduce(0) { $0 &+ $1.range.count }
    untouched = kept.flatMap(\.untouched).merged()
    let segments = Self.segments(of: kept)
    let bridges: SegmentTable
    (bridges, bridgeOwners) = Self.bridges(between: segments)
    reader = MemoryReader(segments: segments, bridges: bridges, faults: faults)
  }

  deinit {
    reader.segments.deallocate()
    reader.bridges.deallocate()
  }

  private static func segments(of regions: [MemoryRegion]) -> SegmentTable {
    var runs: [Segment] = []
    for region in regions {
      // SAFETY: a region's offset and size lie inside its owner's bytes, which the region keeps alive.
      guard let base = unsafe region.owner.buffer.baseAddress else { continue }
      let start = unsafe base + region.offset
      if let last = runs.last, last.range.end == region.range.start, unsafe last.base + last.range.count == start,
        let joined = AddressRange(start: last.range.start, end: region.range.end)
      {
        runs[runs.count - 1] = unsafe Segment(range: joined, base: last.base)
      } else {
        runs.append(unsafe Segment(range: region.range, base: start))
      }
    }
    return SegmentTable(runs)
  }

  private static func bridges(between segments: SegmentTable) -> (SegmentTable, [MappedBytes]) {
    var bridges: [Segment] = []
    var owners: [MappedBytes] = []
    for index in segments.indices.dropFirst() where bridges.count < bridgeLimit {
      let seam = segments[index].range.start
      guard segments[index - 1].range.end == seam else { continue }
      let start = max(segments[index - 1].range.start, seam - bridgeReach)
      let end = min(segments.endOfRun(from: index), seam + bridgeReach)
      guard let range = AddressRange(start: start, end: end) else { continue }
      let owner = MappedBytes(copying: segments.copy(range))
      guard let base = unsafe owner.buffer.baseAddress else { continue }
      bridges.append(unsafe Segment(range: range, base: base))
      owners.append(owner)
    }
    return (SegmentTable(bridges), owners)
  }
}

extension AddressSpace {
  /// The region that holds `address`, or nil.
  public func region(containing address: Address) -> MemoryRegion? {
    var low = 0
    var high = regions.count
    while low < high {
      let middle = (low + high) / 2
      if regions[middle].range.end <= address { low = middle + 1 } else { high = middle }
    }
    guard low < regions.count, regions[low].range.contains(address) else { return nil }
    return regions[low]
  }
}
