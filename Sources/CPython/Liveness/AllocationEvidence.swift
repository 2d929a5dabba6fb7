import MemoryImage
import NativeProcess

/// What the allocators' own records show about a process's objects: pools of pymalloc, chunks of the C library's heaps,
/// and large blocks with a mapping of their own.
package struct AllocationRecords: Sendable {
  /// Whether the static data of all programs is known, judged by where the types are.
  package var areProgramsKnown = false
  /// Whether the records cover all of Python's allocations. Then nothing outside them is an object, whatever it looks
  /// like: it is a stack, or a buffer that something else mapped. Other allocators (musl's, jemalloc, mimalloc) leave no
  /// such records; then nothing is concluded.
  package var areComplete = false
  /// Whether small blocks are in pools, whatever allocates the large ones.
  package var arePoolsInUse = false
  /// Whether static objects are only aligned to 8 bytes, as on aarch64 or by Clang.
  package var areStaticsAtEights = false
  /// The numbers of the types that have only one or two objects, in the interpreter's static data.
  package var singletonTypes: Set<UInt32> = []
}

/// Collects the evidence of the allocators' records.
struct AllocationEvidence {
  private let inferior: Inferior
  private let places: RegionUses

  /// The greatest sample that is examined.
  private static let sampleLimit = 4096
  /// A smaller sample proves nothing.
  private static let leastSample = 16

  init(_ inferior: Inferior) {
    self.inferior = inferior
    places = inferior.places
  }

  /// Compares the records with objects that Python surely allocated: types made at run time and their dicts, large blocks
  /// and small ones. The programs' static data must be known too, as all other types are there.
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
