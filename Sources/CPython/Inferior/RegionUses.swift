package import MemoryImage
package import NativeProcess

/// The uses of the parts of a process's memory, as far as they decide whether an object may be there.
package struct RegionUses: Sendable {
  /// The use of a range of memory.
  package enum Kind: Sendable, Hashable {
    /// Memory that is never written: see `ConstantMemory`.
    case constant
    /// The interpreter's own static data, and its structures that contain objects.
    case interpreterData
    /// The static data of any other program or library.
    case data
    /// A heap of the C library whose chunks are known; its index in `mallocHeaps`.
    case heap(Int)
    /// Anything else: memory of Python's object allocator, large blocks, stacks, mappings of other libraries.
    case other
  }

  /// A maximal range of memory of one kind.
  package struct Place: Sendable, Hashable {
    /// The first address, and the one after the last.
    package let start: Address
    package let end: Address
    package let kind: Kind

    /// An empty place.
    package init() { self.init(start: .null, end: .null, kind: .other) }

    init(start: Address, end: Address, kind: Kind) {
      self.start = start
      self.end = end
      self.kind = kind
    }

    /// Whether `address` is in the place.
    package func contains(_ address: Address) -> Bool { address >= start && address < end }
  }

  /// The heaps that places of the kind `heap` refer to.
  package let mallocHeaps: MallocHeaps
  /// The known places, ascending and without overlap, and their kinds.
  private let ranges: [AddressRange]
  private let kinds: [Kind]

  /// A value without places: all memory may hold anything.
  package init() {
    self.init([], mallocHeaps: MallocHeaps())
  }

  /// The places of a process whose interpreter's program is not known yet.
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
    // Overlapping program headers are hostile: of two that overlap, the lower counts.
    var apart: [(range: AddressRange, kind: Kind)] = []
    for (range, kind) in places.sorted(by: { $0.0.start < $1.0.start }) {
      if let last = apart.last, range.start < last.range.end { continue }
      apart.append((range, kind))
    }
    ranges = apart.map(\.range)
    kinds = apart.map(\.kind)
    self.mallocHeaps = mallocHeaps
  }

  /// Returns the same with the static data of `image` as the interpreter's.
  package func withInterpreter(_ image: InterpreterImage) -> RegionUses {
    let marked = zip(ranges, kinds).map { range, kind -> (AddressRange, Kind) in
      (range, kind == .data && image.isProgram(range) ? .interpreterData : kind)
    }
    return RegionUses(marked, mallocHeaps: mallocHeaps)
  }

  /// Returns the same with further data of the interpreter, such as the states of sub-interpreters, in place of what was there.
  package func addingInterpreterData(_ added: [AddressRange]) -> RegionUses {
    let added = added.merged()
    let rest = zip(ranges, kinds).flatMap { range, kind in range.without(added).map { ($0, kind) } }
    return RegionUses(rest + added.map { ($0, .interpreterData) }, mallocHeaps: mallocHeaps)
  }

  /// The place that holds `address`: a known one, or the gap between two of them.
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
