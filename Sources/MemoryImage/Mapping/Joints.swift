/// The memory of adjacent regions, joined where their bytes are not adjacent in this process.
///
/// A dump may hold a mapping in one piece or in a thousand. Small regions that touch are copied next to each other, which
/// makes them one segment. Where a large region touches another, only the memory around the seam is copied. Such a copy is a
/// bridge: pools, object headers and small structures are read from it. All copies are in one allocation. It is no larger
/// than the small regions and the bridges, and a large region has at most two bridges, so their number needs no limit.
struct Joints {
  /// The regions. Those that were copied refer to the copies.
  let regions: [MemoryRegion]
  /// The memory, each byte once: runs of regions whose bytes are adjacent in this process.
  let segments: [Segment]
  /// The copies of the memory around seams between segments, in ascending order and disjoint.
  let bridges: [Segment]
  /// The bytes of the copies.
  private let owner: MappedBytes?

  /// Regions with more bytes than this are not copied.
  private static let largestCopy = 64 << 10
  /// The fewest bytes of a bridge on each side of its seam, if there are as many: larger than most structures.
  private static let reach = 4096
  /// The alignment of the ends of bridges, in bytes, so that none cuts a pool of pymalloc.
  private static let alignment: UInt64 = 16 << 10
  /// The number of bytes that may be read after the end of a bridge, if there are as many.
  static let bridgeOverlap = 64

  /// - Parameter regions: regions in ascending order and disjoint.
  init(of regions: [MemoryRegion]) {
    let pieces = Self.segments(of: regions)
    let groups = Self.groups(of: pieces)
    let bridges = Self.bridges(between: Self.ranges(of: pieces, joinedTo: groups))
    guard let copy = JointCopy(of: groups + bridges, from: pieces) else {
      (self.regions, segments, self.bridges, owner) = (regions, pieces, [], nil)
      return
    }
    owner = copy.owner
    self.bridges = Array(copy.segments.dropFirst(groups.count))
    self.regions = regions.map { region in
      let index = groups.firstIndexBehind(region.range.start)
      guard index < groups.count, groups[index].contains(region.range.start) else { return region }
      return copy.region(region, in: index) ?? region
    }
    segments = Self.segments(of: self.regions)
  }
}

private extension Joints {
  /// Returns the runs of regions whose bytes are adjacent in this process, as they were in the other.
  static func segments(of regions: [MemoryRegion]) -> [Segment] {
    var runs: [Segment] = []
    for region in regions {
      // SAFETY: a region's offset and size are within its owner's bytes, which the region keeps alive.
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
    return runs
  }

  /// Returns the ranges in which two or more small pieces touch.
  static func groups(of pieces: [Segment]) -> [AddressRange] {
    var groups: [AddressRange] = []
    for (last, next) in zip(pieces, pieces.dropFirst()) {
      guard last.range.end == next.range.start, max(last.range.count, next.range.count) <= largestCopy else { continue }
      let group = groups.last?.end == last.range.end ? groups.popLast() : nil
      groups += AddressRange(start: (group ?? last.range).start, end: next.range.end).map { [$0] } ?? []
    }
    return groups
  }

  /// Returns the ranges of the pieces, with those of a group joined.
  static func ranges(of pieces: [Segment], joinedTo groups: [AddressRange]) -> [AddressRange] {
    var ranges: [AddressRange] = []
    var next = 0
    for piece in pieces {
      if next < groups.count, groups[next].end <= piece.range.start { next += 1 }
      let range = next < groups.count && groups[next].contains(piece.range.start) ? groups[next] : piece.range
      if ranges.last != range { ranges.append(range) }
    }
    return ranges
  }

  /// Returns the memory around the seams of ranges, which are in ascending order and disjoint.
  static func bridges(between ranges: [AddressRange]) -> [AddressRange] {
    let runs = ranges.merged()
    return zip(ranges, ranges.dropFirst()).compactMap { last, next -> AddressRange? in
      let seam = next.start
      guard last.end == seam, let run = runs.range(containing: seam) else { return nil }
      let before = min(reach, Int(clamping: seam.rawValue))
      let (after, overflow) = seam.rawValue.addingReportingOverflow(UInt64(reach) + alignment - 1)
      return AddressRange(
        start: max(run.start, (seam - before).alignedDown(to: alignment)),
        end: overflow ? run.end : min(run.end, Address(after).alignedDown(to: alignment)))
    }.merged()
  }
}

/// Copies of ranges of memory, one after the other in one allocation.
private struct JointCopy {
  /// The copies, in the order of the ranges.
  let segments: [Segment]
  let owner: MappedBytes
  private let offsets: [Int]

  /// The alignment of copies, in bytes, for kernels that read vectors.
  private static let alignment = 64

  /// Copies the ranges, all of whose bytes are in `pieces`, and the bytes that may be read after them; nil if there is no
  /// range, or no memory for the copies.
  init?(of ranges: [AddressRange], from pieces: [Segment]) {
    var size = 0
    var offsets: [Int] = []
    for range in ranges {
      offsets.append(size)
      let (sum, overflow) = size.addingReportingOverflow(range.count)
      guard !overflow, sum <= Int.max - Joints.bridgeOverlap - Self.alignment else { return nil }
      size = (sum + Joints.bridgeOverlap + Self.alignment - 1) & ~(Self.alignment - 1)
    }
    let table = SegmentTable(pieces)
    defer { table.deallocate() }
    let owner = unsafe MappedBytes(count: size) { buffer in
      for (range, offset) in zip(ranges, offsets) {
        // SAFETY: each range has this much room of its own in the buffer.
        let room = unsafe buffer[offset...].prefix(range.count + Joints.bridgeOverlap)
        unsafe table.copy(from: range.start, to: UnsafeMutableRawBufferPointer(rebasing: room))
      }
    }
    guard let owner, let base = unsafe owner.buffer.baseAddress else { return nil }
    self.owner = owner
    self.offsets = offsets
    segments = zip(ranges, offsets).map { unsafe Segment(range: $0, base: base + $1) }
  }

  /// Returns the region with its bytes in copy `index`, which must hold all of them.
  func region(_ region: MemoryRegion, in index: Int) -> MemoryRegion? {
    let distance = Int(truncatingIfNeeded: region.range.start.rawValue &- segments[index].range.start.rawValue)
    return MemoryRegion(
      range: region.range, owner: owner, offset: offsets[index] + distance, permissions: region.permissions,
      file: region.file)
  }
}
