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

  /// Untouched stretches of fewer pages than this are copied like others: a copy costs less than a seek.
  private let shortestGap: Int

  /// - Parameter skipsUntouched: whether no page is read that nobody touched, which would have it made: by the process
  ///   itself where it has a `userfaultfd(2)`.
  init(skipsUntouched: Bool = false) {
    shortestGap = skipsUntouched ? 1 : 16
  }

  /// Adds what can be read of a mapping. What is remembered of it grows with what lies in it, and not with its size.
  ///
  /// - Parameter checkpoint: is called now and then, and throws if the capture is to be given up.
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
        // Of those that are not certain, a byte is read.
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

  /// The number of bytes of all regions, those that are zero included.
  var byteCount: Int { regions.reduce(0) { $0 + $1.range.count } }
  /// The number of bytes that are copied.
  var copiedByteCount: Int { regions.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.count } } }
}

/// Makes regions of the pages of a mapping, which come one behind the other.
private struct RegionBuilder {
  let mapping: ProcessMapping
  let shortestGap: Int
  private(set) var regions: [CapturePlan.Region] = []
  private(set) var holeCount = 0
  private(set) var holePageCount = 0

  /// The number of the next page.
  private var position = 0
  /// The first page of the region, of the hole, and of the run that have not ended, and the end of that run.
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
