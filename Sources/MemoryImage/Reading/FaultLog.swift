import Synchronization

/// Records the reads of memory that is not in the image, while recording is on.
///
/// Most reads that fail are guesses: the search may look anywhere. So only the reads of an answer are recorded.
public final class FaultLog: Sendable {
  /// The recorded faults.
  public struct Faults: Equatable, Sendable {
    /// The lowest address of them, as reads may come in any order.
    public internal(set) var first: Address?
    /// The number of different pages they are in, up to a limit.
    public var pageCount: Int { pages.count }
    var pages: Set<Address> = []
  }

  /// Whether this thread records failed reads. Each thread has a value of its own, because one may search while another
  /// makes an answer; `concurrentMap` gives its workers the value of its caller.
  @TaskLocal static var isRecording = false

  private let faults = Mutex(Faults())

  /// The number of pages after which no more are counted.
  private static let pageLimit = 1000
  /// The lowest address at which a process can have memory (`vm.mmap_min_addr`). Lower ones are fields of a null pointer.
  private static let lowest = Address(0x1_0000)
  /// How far from the known memory of the process its other memory may be, in bytes. The kernel puts mappings next to each
  /// other, while a word that is not a pointer leads anywhere.
  private static let reach: UInt64 = 1 << 30
  /// The ranges in which memory of the process may be missing, in ascending order and disjoint.
  private let neighbourhoods: [AddressRange]

  /// Creates a log for a process with memory at `ranges`, and no other memory except around them.
  init(around ranges: [AddressRange]) {
    neighbourhoods = ranges.compactMap { range in
      let start = range.start.rawValue > Self.reach ? range.start.rawValue - Self.reach : 0
      let (end, overflow) = range.end.rawValue.addingReportingOverflow(Self.reach)
      return AddressRange(start: max(Self.lowest, Address(start)), end: overflow ? range.end : Address(end))
    }.merged()
  }

  /// Calls `body` with recording on or off on this thread, and returns its result. Afterwards recording is as it was before.
  public func noting<Result>(_ isWanted: Bool, _ body: () throws -> Result) rethrows -> Result {
    try Self.$isRecording.withValue(isWanted, operation: body)
  }

  /// Discards the recorded faults.
  public func reset() {
    faults.withLock { $0 = Faults() }
  }

  /// The faults recorded since the last reset.
  public var noted: Faults { faults.withLock { $0 } }

  /// Records a read that failed, if recording is on.
  func note(_ address: Address) {
    guard Self.isRecording else { return }
    let index = neighbourhoods.firstIndexBehind(address)
    guard index < neighbourhoods.count, neighbourhoods[index].contains(address) else { return }
    faults.withLock { faults in
      faults.first = min(faults.first ?? address, address)
      if faults.pages.count < Self.pageLimit { faults.pages.insert(address.alignedDown(to: 4096)) }
    }
  }
}
