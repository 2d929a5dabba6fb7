package import MemoryImage

/// A `collections.deque` in the inferior's memory: a doubly linked list of blocks, each with room for several items.
///
/// Mirrors `dequeobject` and `block` in CPython's `Modules/_collectionsmodule.c`.
package struct DequeObject: PythonObject {
  package let address: Address
  /// The number of items (`ob_size`).
  package let count: Int
  /// The greatest number of items it keeps (`maxlen`), -1 if there is no limit.
  package let limit: Int
  private let leftBlock: Address
  private let rightBlock: Address
  private let leftIndex: Int
  private let rightIndex: Int
  private let type: TypeTraits

  /// More blocks than any deque has.
  private static let blockLimit = 1 << 28

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.deque
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    count = record[inferior.layout.object.ob_size]
    limit = record[layout.maxlen]
    leftBlock = record[layout.leftblock]
    rightBlock = record[layout.rightblock]
    leftIndex = record[layout.leftindex]
    rightIndex = record[layout.rightindex]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let length = Self.blockLength(in: inferior)
    guard count >= 0, limit >= -1, limit == -1 || count <= limit, (0...length).contains(leftIndex),
      (-1..<length).contains(rightIndex), count < Self.blockLimit &* length
    else { return .sizeOutOfRange }
    guard !leftBlock.isNull, !rightBlock.isNull else { return .nullPointer }
    guard leftBlock.isAligned(to: 8), rightBlock.isAligned(to: 8) else { return .misalignedPointer }
    // The index after the last item in the last block must be `count` items from the first.
    guard count == 0 || (leftIndex &+ count &- 1) % length == rightIndex else { return .invalidTable }
    var found = 0
    let last = forEachBlock(in: inferior) { items in
      found &+= items.count
      return true
    }
    return found == count && last == rightBlock ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    var index = 0
    _ = forEachBlock(in: inferior) { items in
      for item in items {
        body(item, .visited, .item(index))
        index &+= 1
      }
      return true
    }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let length = Self.blockLength(in: inferior)
    let slots = max(0, leftIndex &+ count &+ length &- 1)
    return type.basicSize &+ slots / length &* inferior.layout.deque.blockSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    var items: [Address] = []
    _ = forEachBlock(in: inferior) { block in
      items.append(contentsOf: block.prefix(max(0, limit - items.count)))
      return items.count < limit
    }
    return .sequence(
      typeName: "collections.deque", open: "deque([", items: items, count: count,
      close: self.limit < 0 ? "])" : "], maxlen=\(self.limit))")
  }

  /// The number of items for which a block has room (`BLOCKLEN`).
  private static func blockLength(in inferior: Inferior) -> Int {
    let layout = inferior.layout.deque
    return max(1, (layout.rightlink.bytes - layout.data.bytes) / 8)
  }

  /// Calls `body` with the items of each block until it returns false. Returns the last block that was read.
  ///
  /// Every block must link back to the one before it, so that the walk ends: no block can have two predecessors.
  private func forEachBlock(in inferior: Inferior, _ body: (MemoryArray<Address>) -> Bool) -> Address {
    let layout = inferior.layout.deque
    let length = Self.blockLength(in: inferior)
    var (block, index, rest) = (leftBlock, leftIndex, count)
    guard (0...length).contains(index) else { return .null }
    while true {
      let number = min(rest, length &- index)
      guard number >= 0, let record = try? inferior.memory.record(at: block, size: layout.blockSize),
        let items = try? inferior.memory.array(
          of: Address.self, at: block + (layout.data.bytes &+ index &* 8), count: number)
      else { return .null }
      guard body(items) else { return block }
      rest &-= number
      index = 0
      let next = record[layout.rightlink]
      guard rest > 0, next != leftBlock,
        let back: Address = try? inferior.memory.load(at: next + layout.leftlink.bytes), back == block
      else { return block }
      block = next
    }
  }
}
