import CPtrace
import Glibc
import MemoryImage

/// The parts of a process to copy, determined while the process is stopped, before the first byte is copied.
struct CapturePlan {
  /// A run of readable pages that becomes a region of the dump.
  struct Region {
    /// The addresses of the region.
    let range: AddressRange
    /// The access that the process has to it.
    let permissions: MemoryRegion.Permissions
    /// The path of the mapped file, or the kernel's name for the region.
    let name: String?
    /// The parts that must be copied, in ascending order; all others are zero.
    var runs: [AddressRange] = []
  }

  /// The regions, in ascending order.
  private(set) var regions: [Region] = []
  /// The number of runs of unreadable pages in the mappings, and of their bytes.
  private(set) var holeCount = 0
  private(set) var holeByteCount = 0

  /// The number of pages below which an untouched run is copied like others, as a copy costs less than a seek.
  private let shortestGap: Int

  /// - Parameter skipsUntouched: whether untouched pages are never read. A read would create them, and in a process with a
  ///   `userfaultfd(2)` the process itself would have to do so.
  init(skipsUntouched: Bool = false) {
    shortestGap = skipsUntouched ? 1 : 16
  }

  /// Adds the readable parts of a mapping. The plan grows with the mapping's contents, not with its size.
  ///
  /// - Parameter checkpoint: called from time to time; throws if the capture is to be abandoned.
  /// - Throws: `CaptureError` if the process has ended or may not be read.
  mutating func add(
    _ mapping: ProcessMapping, pages: borrowing PageMap, memory: ProcessMemory, checkpoint: () throws -> Void
  ) throws {
    var builder = RegionBuilder(mapping: mapping, shortestGap: shortestGap)
    try pages.forEachRun(of: mapping.range, isAnonymous: mapping.isAnonymous) { run, state in
      try checkpoint()
      switch state {
      case .present: builder.add(run.count, .copied)
      case .untouched: builder.add(run.count, .zero)
      case .uncertain:
        // If the pages are uncertain, one byte of each is read.
        for start in stride(from: run.lowerBound, to: run.upperBound, by: ProcessMemory.probeLimit) {
          try checkpoint()
          let count = min(ProcessMemory.probeLimit, run.upperBound - start)
          let address = mapping.range.start + start * ProcessMemory.pageSize
          for isReadable in try memory.probe(at: address, count: count) {
            builder.add(1, isReadable ? .copied : .unreadable)
          }
        }
      }
    }
    builder.finish()
    regions += builder.regions
    holeCount += builder.holeCount
    holeByteCount += builder.holePageCount * ProcessMemory.pageSize
  }

  /// The number of bytes of all regions, including those that are zero.
  var byteCount: Int { regions.reduce(0) { $0 + $1.range.count } }
  /// The number of bytes to copy.
  var copiedByteCount: Int { regions.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } } }
}

/// Builds regions from the pages of a mapping, which must be added in order.
private struct RegionBuilder {
  let mapping: ProcessMapping
  let shortestGap: Int
  private(set) var regions: [CapturePlan.Region] = []
  private(set) var holeCount = 0
  private(set) var holePageCount = 0

  /// The number of the next page.
  private var position = 0
  /// The first pages of the current region, hole and run, and the end of that run.
  private var regionStart: Int?
  private var isInHole = false
  private var run: Range<Int>?
  private var runs: [AddressRange] = []

  enum Kind {
    case copied, zero, unreadable
  }

  init(mapping: ProcessMapping, shortestGap: Int) {
    self.mapping = mapping
    self.shortestGap = shortestGap
  }

  mutating func add(_ count: Int, _ kind: Kind) {
    switch kind {
    case .unreadable:
      endRegion()
      if !isInHole { holeCount += 1 }
      holePageCount += count
    case .copied:
      if let begun = run, position - begun.upperBound >= shortestGap {
        endRun()
        run = position..<(position + count)
      } else {
        run = (run?.lowerBound ?? position)..<(position + count)
      }
      regionStart = regionStart ?? position
    case .zero: regionStart = regionStart ?? position
    }
    isInHole = kind == .unreadable
    position += count
  }

  mutating func finish() {
    endRegion()
  }

  private mutating func endRun() {
    if let run, let range = range(of: run) { runs.append(range) }
    run = nil
  }

  private mutating func endRegion() {
    endRun()
    defer { (regionStart, runs) = (nil, []) }
    guard let regionStart, let range = range(of: regionStart..<position) else { return }
    regions.append(
      CapturePlan.Region(range: range, permissions: mapping.permissions, name: mapping.name, runs: runs))
  }

  private func range(of pages: Range<Int>) -> AddressRange? {
    let page = ProcessMemory.pageSize
    return AddressRange(start: mapping.range.start + pages.lowerBound * page, count: pages.count * page)
  }
}
