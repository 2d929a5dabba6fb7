package import MemoryImage
import NativeProcess

/// A block that pymalloc or the C library gave out, with the size that its allocator records. Structures of C code are in
/// such blocks.
package struct MemoryBlock: Sendable {
  /// The address and the number of the bytes that the program was given.
  package let contents: Address
  package let byteCount: Int

  /// The block in use whose contents begin at `address`; nil if there is none, or if its allocator is not known.
  package init?(at address: Address, in inferior: __shared Inferior) {
    guard !address.isNull, address.isAligned(to: 16) else { return nil }
    let page = address.alignedDown(to: UInt64(inferior.layout.pymalloc.poolSize))
    if let pool = PymallocPool(at: page, in: inferior) {
      let prefix = inferior.blockPrefixSize
      guard pool.isBlockInUse(at: address - prefix), pool.blockSize > prefix else { return nil }
      byteCount = pool.blockSize - prefix
    } else {
      guard let count = MallocHeap.byteCount(ofContentsAt: address, in: inferior.memory) else { return nil }
      byteCount = count
    }
    contents = address
  }

  /// Whether the block looks like an object: the address of a type is where the object would have it, at the block's
  /// beginning or after the collector's head and two managed pointers.
  package func beginsWithObject(in inferior: Inferior) -> Bool {
    inferior.object(at: contents) != nil || inferior.object(at: contents + 16) != nil
      || inferior.object(at: contents + 32) != nil
  }

  /// Calls `body` with each word that may be a pointer, and its distance from the beginning.
  ///
  /// The block's own address is also given once for every eight words, so that a count of references accounts for all
  /// that is read. Otherwise a large block that a thousand objects point at would be read a thousand times.
  func forEachWord(in inferior: Inferior, _ body: (_ word: Address, _ offset: Int) -> Void) {
    guard let words = try? inferior.memory.array(of: Address.self, at: contents, count: byteCount / 8) else { return }
    for index in 0..<words.count {
      let word = words[index]
      if index & 7 == 0 { body(contents, 8 &* index) }
      if !word.isNull, word.isAligned(to: 8) { body(word, 8 &* index) }
    }
  }
}
