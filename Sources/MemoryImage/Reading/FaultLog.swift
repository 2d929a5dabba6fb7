import Synchronization

/// Notes which memory was asked for and is not in the image, while somebody wants to know.
///
/// Most reads that fail are guesses: what is looked for may be anywhere. So only those of an answer are noted.
public final class FaultLog: Sendable {
  /// What was noted.
  public struct Faults: Equatable, Sendable {
    /// The first of them, in the order of addresses: reads may come in any other.
    public internal(set) var first: Address?
    /// How many different pages they are in, as far as they are counted.
    public var pageCount: Int { pages.count }
    var pages: Set<Address> = []
  }

  private let isNoting = Atomic(false)
  private let faults = Mutex(Faults())

  /// More pages are not counted.
  private static let pageLimit = 1000
  /// No process has memory below: the address is that of a null pointer's field (`vm.mmap_min_addr`).
  private static let lowest = Address(0x1_0000)
  /// How far from memory that the process had other memory of it may be, in bytes. The kernel puts mappings next to each
  /// other; a word that is no pointer leads anywhere.
  private static let reach: UInt64 = 1 << 30
  /// Where memory of the process may be missing, in ascending order and apart.
  private let neighbourhoods: [AddressRange]

  /// A log for a process that had memory at `ranges`, and has other memory nowhere else than around them.
  init(around ranges: [AddressRange]) {
    neighbourhoods = ranges.compactMap { range in
      let start = range.start.rawValue > Self.reach ? range.start.rawValue - Self.reach : 0
      let (end, overflow) = range.end.rawValue.addingReportingOverflow(Self.reach)
      return AddressRange(start: max(Self.lowest, Address(start)), end: overflow ? range.end : Address(end))
    }.merged()
  }

  /// Does something whose reads are noted, or are not; returns its result. Nothing is noted before and after.
  public func noting<Result>(_ isWanted: Bool, _ body: () throws -> Result) rethrows -> Result {
    let before = isNoting.exchange(isWanted, ordering: .relaxed)
    defer { isNoting.store(before, ordering: .relaxed) }
    return try body()
  }

  /// Forgets what was noted.
  public func reset() {
    faults.withLock { $0 = Faults() }
  }

  /// What was noted since.
  public var noted: Faults { faults.withLock { $0 } }

  /// Takes note of a read that failed, if somebody wants to know.
  func note(_ address: Address) {
    guard isNoting.load(ordering: .relaxed) else { return }
    let index = neighbourhoods.firstIndexBehind(address)
    guard index < neighbourhoods.count, neighbourhoods[index].contains(address) else { return }
    faults.withLock { faults in
      faults.first = min(faults.first ?? address, address)
      if faults.pages.count < Self.pageLimit { faults.pages.insert(address.alignedDown(to: 4096)) }
    }
  }
}
