package import MemoryImage

/// What the parts of a process's memory are for, as far as that decides whether an object may lie there.
package struct RegionUses: Sendable {
  /// What a stretch of memory is.
  package enum Kind: Sendable, Hashable {
    /// Nobody writes there: see `ConstantMemory`.
    case constant
    /// The interpreter's own static data, and structures of its with objects inside.
    case interpreterData
    /// The static data of any other program or library.
    case data
    /// A heap of the C library whose chunks are known: its place in `mallocHeaps`.
    case heap(Int)
    /// Anything else: the allocator of Python's objects, large blocks, stacks, what other libraries mapped.
    case other
  }

  /// A stretch of memory of one kind, as far as it goes.
  package struct Place: Sendable, Hashable {
    /// The first address, and the one after the last.
    package let start: Address
    package let end: Address
    package let kind: Kind

    /// No place: one without addresses.
    package init() { self.init(start: .null, end: .null, kind: .other) }

    init(start: Address, end: Address, kind: Kind) {
      self.start = start
      self.end = end
      self.kind = kind
    }

    /// Whether `address` lies in it.
    package func contains(_ address: Address) -> Bool { address >= start && address < end }
  }

  /// The heaps that the places of the kind `heap` are.
  package let mallocHeaps: MallocHeaps
  /// The places that are known, in ascending order and apart, and their kinds.
  private let ranges: [AddressRange]
  private let kinds: [Kind]

  /// No places: all memory may hold anything.
  package init() {
    self.init([], mallocHeaps: MallocHeaps())
  }

  /// The places of a process; which program is the interpreter is not known yet.
  package init(in memory: AddressSpace, debugOffsets: DebugOffsets?) {
    let programs = LoadedProgram.all(in: memory)
    let constants = ConstantMemory.ranges(in: memory, programs: programs, debugOffsets: debugOffsets).merged()
    let heaps = MallocHeaps(in: memory, except: (constants + programs.flatMap(\.data)).merged())
    var places: [(AddressRange, Kind)] = constants.map { ($0, .constant) }
    for program in programs {
      places += program.data.flatMap { $0.without(constants) }.map { ($0, .data) }
    }
    places += heaps.heaps.enumerated().map { ($1.range, .heap($0)) }
    self.init(places, mallocHeaps: heaps)
  }

  private init(_ places: [(AddressRange, Kind)], mallocHeaps: MallocHeaps) {
    // Headers of programs that contradict each other are hostile: of two that overlap, the lower counts.
    var apart: [(range: AddressRange, kind: Kind)] = []
    for (range, kind) in places.sorted(by: { $0.0.start < $1.0.start }) {
      if let last = apart.last, range.start < last.range.end { continue }
      apart.append((range, kind))
    }
    ranges = apart.map(\.range)
    kinds = apart.map(\.kind)
    self.mallocHeaps = mallocHeaps
  }

  /// The same where the static data of the interpreter are those of `image`.
  package func withInterpreter(_ image: InterpreterImage) -> RegionUses {
    let marked = zip(ranges, kinds).map { range, kind -> (AddressRange, Kind) in
      (range, kind == .data && image.isProgram(range) ? .interpreterData : kind)
    }
    return RegionUses(marked, mallocHeaps: mallocHeaps)
  }

  /// The same with further data of the interpreter, such as the states of sub-interpreters, whatever was there before.
  package func addingInterpreterData(_ added: [AddressRange]) -> RegionUses {
    let added = added.merged()
    let rest = zip(ranges, kinds).flatMap { range, kind in range.without(added).map { ($0, kind) } }
    return RegionUses(rest + added.map { ($0, .interpreterData) }, mallocHeaps: mallocHeaps)
  }

  /// The place that holds `address`: one that is known, or what lies between two of them.
  package func place(of address: Address) -> Place {
    let index = ranges.firstIndexBehind(address)
    if index < ranges.count, ranges[index].contains(address) {
      return Place(start: ranges[index].start, end: ranges[index].end, kind: kinds[index])
    }
    let start = index > 0 ? ranges[index - 1].end : .null
    let end = index < ranges.count ? ranges[index].start : Address(.max)
    return Place(start: start, end: end, kind: .other)
  }
}
