import MemoryImage

/// Whether everything that Python allocated can be told by the allocators' own records: pools of pymalloc, chunks of the
/// C library's heaps, large blocks with a mapping of their own.
///
/// Then what lies outside of them all is no object, whatever it looks like: a stack, a buffer that something else mapped.
/// Other allocators leave no such records (musl's, jemalloc, mimalloc); with them nothing is concluded.
struct AllocationEvidence {
  private let inferior: Inferior
  private let places: MemoryPlaces

  /// More objects than are needed to know.
  private static let sampleLimit = 4096
  /// Fewer tell nothing.
  private static let leastSample = 16

  init(_ inferior: Inferior) {
    self.inferior = inferior
    places = inferior.places
  }

  /// Whether the records cover all of the objects of which it is known that Python allocated them: types made at run time
  /// and their dicts, large blocks and small ones. The programs' static data must be known too: all other types lie there.
  func isComplete() -> Bool {
    var sampled = 0
    for type in inferior.types.types where !type.traits.flags.contains(.heapType) {
      guard [.data, .interpreterData].contains(places.place(of: type.address).kind) else { return false }
    }
    for type in inferior.types.types where type.traits.flags.contains(.heapType) && sampled < Self.sampleLimit {
      guard let header = inferior.object(at: type.address), Liveness.areGCLinksValid(of: type.address, in: inferior),
        Liveness.isReferenceCountValid(of: type.address, in: inferior)
      else { continue }
      guard isRecorded(header, size: inferior.layout.type.heapSize) else { return false }
      sampled += 1
      if let dict = dict(of: header) {
        guard isRecorded(dict, size: inferior.layout.dict.size) else { return false }
      }
    }
    return sampled >= Self.leastSample
  }

  private func dict(of type: ObjectHeader) -> ObjectHeader? {
    guard let type = try? PyTypeObject(type, in: inferior),
      let dict = inferior.object(at: type[inferior.layout.type.tp_dict]), dict.type.kind == .dict
    else { return nil }
    return dict
  }

  private func isRecorded(_ object: ObjectHeader, size: Int) -> Bool {
    let before = object.type.preheaderSize + inferior.blockPrefixSize
    let start = object.address - before
    switch places.place(of: start).kind {
    case .constant, .interpreterData, .data:
      return false
    case .heap(let index):
      return places.mallocHeaps.heaps[index].hasContents(at: start) || isInPool(start)
    case .other:
      return isInPool(start) || places.mallocHeaps.isMappedChunk(at: start, byteCount: before + size)
    }
  }

  private func isInPool(_ start: Address) -> Bool {
    let page = start.alignedDown(to: UInt64(inferior.layout.pymalloc.poolSize))
    return PymallocPool(at: page, in: inferior)?.isBlockInUse(at: start) ?? false
  }
}
