import MemoryImage

/// What the allocators' own records tell of a process's objects: pools of pymalloc, chunks of the C library's heaps, large
/// blocks with a mapping of their own.
package struct AllocationRecords: Sendable {
  /// Whether the static data of all programs is known, as far as types tell.
  package var areProgramsKnown = false
  /// Whether all that Python allocated is in the records. Then what lies outside of them all is no object, whatever it
  /// looks like: a stack, a buffer that something else mapped. Other allocators leave no such records (musl's, jemalloc,
  /// mimalloc); with them nothing is concluded.
  package var areComplete = false
  /// Whether small blocks lie in pools, whatever allocates the large ones.
  package var arePoolsInUse = false
  /// Whether the compiler puts static objects at multiples of 8 and no more, as on aarch64, or as Clang does.
  package var areStaticsAtEights = false
  /// The numbers of the types that have one object or two, in the interpreter's static data.
  package var singletonTypes: Set<UInt32> = []
}

/// Finds out what the allocators' records tell.
struct AllocationEvidence {
  private let inferior: Inferior
  private let places: RegionUses

  /// More objects than are needed to know.
  private static let sampleLimit = 4096
  /// Fewer tell nothing.
  private static let leastSample = 16

  init(_ inferior: Inferior) {
    self.inferior = inferior
    places = inferior.places
  }

  /// What the records tell of the objects of which it is known that Python allocated them: types made at run time and
  /// their dicts, large blocks and small ones. The programs' static data must be known too: all other types lie there.
  func records() -> AllocationRecords {
    var records = AllocationRecords()
    for type in inferior.types.types where !type.traits.flags.contains(.heapType) {
      guard [.data, .interpreterData].contains(places.place(of: type.address).kind) else { return records }
      if !type.address.isAligned(to: 16) { records.areStaticsAtEights = true }
    }
    records.areProgramsKnown = true
    let singletons = inferior.types.types.filter { $0.isBuiltin && Self.singletons.contains($0.name) }
    records.singletonTypes = Set(singletons.map(\.traits.number))
    var sampled = 0
    var (areTypesRecorded, areDictsRecorded, areDictsInPools) = (true, true, true)
    for type in inferior.types.types where type.traits.flags.contains(.heapType) && sampled < Self.sampleLimit {
      guard let header = inferior.object(at: type.address), Liveness.areGCLinksValid(of: type.address, in: inferior),
        Liveness.isReferenceCountValid(of: type.address, in: inferior)
      else { continue }
      areTypesRecorded = areTypesRecorded && isRecorded(header, size: inferior.layout.type.heapSize)
      sampled += 1
      guard let dict = dict(of: header) else { continue }
      areDictsRecorded = areDictsRecorded && isRecorded(dict, size: inferior.layout.dict.size)
      areDictsInPools = areDictsInPools && isInPool(dict.address - (dict.type.preheaderSize + inferior.blockPrefixSize))
    }
    guard sampled >= Self.leastSample else { return records }
    records.areComplete = areTypesRecorded && areDictsRecorded
    records.arePoolsInUse = areDictsInPools
    return records
  }

  private static let singletons = ["NoneType", "NotImplementedType", "ellipsis", "bool"]

  private func dict(of type: ObjectHeader) -> ObjectHeader? {
    guard let type = try? PyTypeObject(type, in: inferior),
      let dict = inferior.object(at: type[inferior.layout.type.tp_dict]), dict.type.kind == .dict
    else { return nil }
    return dict
  }

  private func isRecorded(_ object: ObjectHeader, size: Int) -> Bool {
    let before = object.type.preheaderSize + inferior.blockPrefixSize
    let start = object.address - before
    let outer = DebugHooks.outermostStart(of: start, in: inferior)
    switch places.place(of: start).kind {
    case .constant, .interpreterData, .data:
      return false
    case .heap(let index):
      return places.mallocHeaps.heaps[index].hasContents(at: outer) || isInPool(start)
    case .other:
      return isInPool(start) || places.mallocHeaps.isMappedChunk(at: outer, byteCount: before + size)
    }
  }

  private func isInPool(_ start: Address) -> Bool {
    let page = start.alignedDown(to: UInt64(inferior.layout.pymalloc.poolSize))
    return PymallocPool(at: page, in: inferior)?.isBlockInUse(at: start) ?? false
  }
}
