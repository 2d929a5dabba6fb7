package import MemoryImage

/// An object whose type has no structure of its own here: an instance of a Python class, or of an unknown C type. It is
/// read by the sizes, the named fields and the `__dict__` that its type states.
package struct GenericObject: PythonObject {
  package let address: Address
  private let header: ObjectHeader

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    self.header = header
    _ = try inferior.memory.record(at: address, size: inferior.layout.object.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard inferior.memory.isMapped(address, byteCount: header.type.basicSize) else { return .unmapped }
    guard header.type.itemSize > 0, header.type.kind == .generic else { return nil }
    return inferior.memory.isMapped(address, byteCount: byteCount(in: inferior)) ? nil : .sizeOutOfRange
  }

  /// Calls `body` with possible references. Nothing is known of the fields: every aligned word of the body may be a
  /// pointer to an object, or to a structure of C code whose words are such pointers.
  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    forEachWord(in: inferior) { word, offset in body(word, .probable, .word(offset)) }
    forEachBlock(in: inferior) { block, offset in
      block.forEachWord(in: inferior) { word, inner in
        if word != address { body(word, .probable, .blockWord(offset, inner)) }
      }
    }
  }

  /// Calls `body` with each block of memory that a word of the body points at and that does not hold an object, and with
  /// the word's distance from the object's start. All blocks together are no larger than the dump.
  package func forEachBlock(in inferior: Inferior, _ body: (_ block: MemoryBlock, _ offset: Int) -> Void) {
    var left = inferior.addressSpace.byteCount
    var last = Address.null
    forEachWord(in: inferior) { word, offset in
      guard word != last, let block = MemoryBlock(at: word, in: inferior), !block.beginsWithObject(in: inferior),
        block.byteCount <= left
      else { return }
      last = word
      left -= block.byteCount
      body(block, offset)
    }
  }

  /// Calls `body` with each possible pointer in the unknown part of the object and in its items.
  private func forEachWord(in inferior: Inferior, _ body: (_ word: Address, _ offset: Int) -> Void) {
    let walk = inferior.types.walks[Int(header.type.number)]
    guard walk.unknownEnd > 0 else { return }
    let items = header.type.itemSize > 0 ? min(max(0, byteCount(in: inferior) &- header.type.basicSize), 1 << 32) : 0
    forEachWord(from: inferior.layout.object.size, to: walk.unknownEnd, walk, in: inferior, body)
    forEachWord(from: header.type.basicSize, to: header.type.basicSize &+ items, walk, in: inferior, body)
  }

  /// Does nothing for an invalid range: the sizes come from the dump.
  private func forEachWord(
    from start: Int, to end: Int, _ walk: TraversalPlan, in inferior: Inferior, _ body: (_ word: Address, _ offset: Int) -> Void
  ) {
    let start = (start &+ 7) & ~7
    guard start < end,
      let words = try? inferior.memory.array(of: Address.self, at: address + start, count: (end &- start) / 8)
    else { return }
    for index in 0..<words.count where !words[index].isNull && words[index].isAligned(to: 8) {
      let offset = start &+ index &* 8
      guard offset != walk.weakListOffset, offset != header.type.dictOffset,
        !walk.members.contains(where: { inferior.types.memberOffsets[Int($0)] == offset })
      else { continue }
      body(words[index], offset)
    }
  }

  /// The result of `object.__sizeof__`: the basic size and the items of a variable-sized object. Inline values are not counted.
  package func byteCount(in inferior: Inferior) -> Int {
    let type = header.type
    guard type.itemSize > 0,
      let count: Int = try? inferior.memory.load(at: address + inferior.layout.object.ob_size.bytes)
    else { return type.basicSize }
    return type.basicSize &+ count &* type.itemSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .instance(
      typeName: inferior.types.types[Int(header.type.number)].name, value: nil,
      attributes: Instance(header).attributes(in: inferior, limit: limit))
  }
}
