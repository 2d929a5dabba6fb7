package import CPython
package import MemoryImage

// Memory as pymalloc lays it out.
extension SyntheticHeap {
  /// The address of the contents of a chunk of the C library's `malloc` with room for `size` bytes.
  package mutating func mallocChunk(_ size: Int, isInUse: Bool = true) -> Address {
    let chunkSize = (size + 8 + 15) & ~15
    let chunk = allocate(chunkSize + 32)
    write(UInt64(chunkSize) | 1, at: chunk + 8)
    write(UInt64(32) | (isInUse ? 1 : 0), at: chunk + (chunkSize + 8))
    return chunk + 16
  }

  /// The one block in use of a pool of its own.
  package mutating func pool(ofBlocks blockSize: Int) -> Address {
    let pymalloc = layout.pymalloc
    let end = allocate(0)
    let pool = (end + (pymalloc.poolSize - 1)).alignedDown(to: UInt64(pymalloc.poolSize))
    _ = allocate(Int(pool.rawValue - end.rawValue) + pymalloc.poolSize)
    write(UInt32(1), at: pool + pymalloc.count.bytes)
    write(UInt32(blockSize / pymalloc.alignment - 1), at: pool + pymalloc.szidx.bytes)
    write(UInt32(pymalloc.headerSize + blockSize), at: pool + pymalloc.nextoffset.bytes)
    write(UInt32(pymalloc.poolSize - blockSize), at: pool + pymalloc.maxnextoffset.bytes)
    return pool + pymalloc.headerSize
  }

  /// A heap with a pool of blocks in which anything may be wrong.
  ///
  /// - Parameter next: draws a number below its argument.
  package init(_ layout: Layout, poolOf blockSize: Int, _ next: (Int) -> Int) {
    self.init(layout)
    let types: [(address: Address, isLinked: Bool)] = [
      (type("int", basicSize: layout.long.ob_digit.bytes, itemSize: 4, flags: [.ready, .longSubclass]), false),
      (type("float", basicSize: 24), false),
      (type("str", basicSize: layout.unicode.size, flags: [.ready, .unicodeSubclass]), false),
      (type("tuple", basicSize: 24, itemSize: 8, flags: [.ready, .gc, .tupleSubclass]), true),
      (type("list", basicSize: layout.list.size, flags: [.ready, .gc, .listSubclass]), true),
      (type("huge", basicSize: 400), false),
      (type("dict", basicSize: layout.dict.size, flags: [.ready, .gc, .dictSubclass]), true),
    ]
    let keys = (0..<8).map { _ in dictKeys(next) } + [.null, Address(0x7)]
    let dict = types[types.count - 1].address
    let pymalloc = layout.pymalloc
    let blocks = self.pool(of: blockSize, leaving: next(3))
    let pool = blocks[0] - pymalloc.headerSize
    for block in blocks {
      let type = types[next(types.count)]
      let object = block + (type.isLinked ? 16 : 0) + (next(20) == 0 ? 8 : 0)
      fill(object, ofBlock: block, size: blockSize, type: type, among: blocks, next)
      guard type.address == dict, (blocks.last ?? block) + blockSize >= object + layout.dict.size else { continue }
      // Some have values, and with them share their keys.
      write(next(4) == 0 ? block : .null, at: object + layout.dict.ma_values.bytes)
      write(keys[next(keys.count)], at: object + layout.dict.ma_keys.bytes)
    }
    let free = blocks.filter { _ in next(10) == 0 }
    for (block, following) in zip(free, free.dropFirst() + [.null]) { write(following, at: block) }
    write(UInt32(blocks.count - free.count), at: pool + pymalloc.count.bytes)
    write(free.first ?? .null, at: pool + pymalloc.freeblock.bytes)
    // One pool in five is damaged.
    let damage = next(5) == 0 ? UInt32(blockSize) : 0
    write(UInt32(pymalloc.poolSize - blockSize) - damage, at: pool + pymalloc.maxnextoffset.bytes)
  }

  /// The blocks of a new pool, all in use but the last ones, which were never given out.
  package mutating func pool(of blockSize: Int, leaving last: Int = 0) -> [Address] {
    let pymalloc = layout.pymalloc
    let end = allocate(0)
    let pool = (end + (pymalloc.poolSize - 1)).alignedDown(to: UInt64(pymalloc.poolSize))
    _ = allocate(Int(pool.rawValue - end.rawValue) + pymalloc.poolSize)
    let carved = (pymalloc.poolSize - pymalloc.headerSize) / blockSize - last
    write(UInt32(carved), at: pool + pymalloc.count.bytes)
    write(UInt32(blockSize / pymalloc.alignment - 1), at: pool + pymalloc.szidx.bytes)
    write(UInt32(pymalloc.headerSize + carved * blockSize), at: pool + pymalloc.nextoffset.bytes)
    write(UInt32(pymalloc.poolSize - blockSize), at: pool + pymalloc.maxnextoffset.bytes)
    return (0..<carved).map { pool + (pymalloc.headerSize + $0 * blockSize) }
  }

  /// Keys of dicts, some of which are impossible.
  private mutating func dictKeys(_ next: (Int) -> Int) -> Address {
    let fields = layout.dictKeys
    let keys = allocate(fields.dk_indices.bytes + 64)
    write([1, 1, 1, 2, 0][next(5)], at: keys + fields.dk_refcnt.bytes)
    let bits = [3, 4, 9, 17, 33, 40, 41, 200][next(8)]
    if let size = fields.dk_size { write(bits < 63 ? 1 << bits : [0, -8, 12][bits % 3], at: keys + size.bytes) }
    if let size = fields.dk_log2_size { write(UInt8(bits), at: keys + size.bytes) }
    if let size = fields.dk_log2_index_bytes { write(UInt8(next(46)), at: keys + size.bytes) }
    if let kind = fields.dk_kind { write(UInt8(next(3)), at: keys + kind.bytes) }
    return keys
  }

  private mutating func fill(
    _ object: Address, ofBlock block: Address, size: Int, type: (address: Address, isLinked: Bool), among blocks: [Address],
    _ next: (Int) -> Int
  ) {
    let counts: [UInt64] = [0, 1, 1, 1, 5, 1 << 21, 0xC000_0000, 0x1_0000_0017, 1 << 33, 1 << 49, block.rawValue, .max]
    if type.isLinked, next(3) > 0 {
      // Linked to itself, or to something that does not link back.
      write(block, at: block)
      write(next(4) == 0 ? blocks[0] : block, at: block + 8)
    }
    // What has no room in its block extends into the next one; nothing is after the last.
    let fields: [(offset: Int, word: UInt64)] = [
      (0, counts[next(counts.count)]), (8, type.address.rawValue),
      (16, UInt64(bitPattern: [0, 1, 2, -1, -3, 1 << 50][next(6)])), (32, UInt64(next(256))),
    ]
    let room = Int(truncatingIfNeeded: (blocks.last ?? block).rawValue &- object.rawValue) + size
    for field in fields where field.offset + 8 <= room { write(field.word, at: object + field.offset) }
  }
}
