import Synchronization

/// The memory of a process, assembled from the regions of a dump. It knows nothing of Python.
///
/// Adjacent regions read as one: a structure may begin in `.data` and end in `.bss`.
@safe
public final class AddressSpace: Sendable {
  /// The regions in ascending order, without overlap.
  public let regions: [MemoryRegion]
  /// The number of bytes in all regions.
  public let byteCount: Int
  /// The number of regions that were cut or left out because they overlapped one that begins lower.
  public let overlappingRegionCount: Int

  /// The ranges of memory of one kind, in ascending order. Regions that touch and have the same permissions and file are one
  /// stretch, so a dump's division into regions does not matter.
  public let stretches: [AddressRange]

  /// The reader of the memory.
  public let reader: MemoryReader
  /// The reads of memory that is not in the dump.
  public let faults: FaultLog
  /// The values that higher layers derived from the memory, by their type.
  private let derivedValues = Mutex<[ObjectIdentifier: any Sendable]>([:])
  /// The parts of regions that are known to be zero, in ascending order. They are not searched.
  public let untouched: [AddressRange]
  private let joints: Joints
  private let copies: SpanningCopies

  /// The most bytes that are copied for reads across seams: more than structures have, less than memory.
  private static let largestCopies = 1 << 30

  /// Creates an address space of the given regions, in any order.
  ///
  /// Where regions overlap, the one that begins lower wins. Of two that begin at the same address, the first wins.
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
    self.overlappingRegionCount = overlapping
    self.byteCount = kept.reduce(0) { $0 &+ $1.range.count }
    faults = FaultLog(around: kept.map(\.range))
    untouched = kept.flatMap(\.untouched).merged()
    stretches = Self.stretches(of: kept)
    joints = Joints(of: kept)
    self.regions = joints.regions
    let segments = SegmentTable(joints.segments)
    copies = SpanningCopies(of: segments, limit: min(byteCount &+ 64 << 20, Self.largestCopies))
    reader = unsafe MemoryReader(
      segments: segments, bridges: SegmentTable(joints.bridges), copies: .passUnretained(copies), faults: faults)
  }

  deinit {
    reader.segments.deallocate()
    reader.bridges.deallocate()
  }

  private static func stretches(of regions: [MemoryRegion]) -> [AddressRange] {
    var stretches: [AddressRange] = []
    for (index, region) in regions.enumerated() {
      if index > 0, region.continues(regions[index - 1]), let last = stretches.last,
        let joined = AddressRange(start: last.start, end: region.range.end)
      {
        stretches[stretches.count - 1] = joined
      } else {
        stretches.append(region.range)
      }
    }
    return stretches
  }
}

extension AddressSpace {
  /// Returns the value that `make` derives from the memory. It is made once for each type of value, when it is first
  /// requested: a higher layer keeps what it knows of the memory here.
  public func derived<Value: Sendable>(_ make: (AddressSpace) -> Value) -> Value {
    derivedValues.withLock { values in
      if let value = values[ObjectIdentifier(Value.self)] as? Value { return value }
      let value = make(self)
      values[ObjectIdentifier(Value.self)] = value
      return value
    }
  }

  /// Returns the region that holds `address`, or nil.
  public func region(containing address: Address) -> MemoryRegion? {
    let index = regions.firstIndex(sortedPast: { $0.range.end > address })
    guard index < regions.count, regions[index].range.contains(address) else { return nil }
    return regions[index]
  }
}
