package import CPython
package import MemoryImage

extension ObjectIndex {
  /// Calls `body` with each object that the one at `header` refers to; see `ObjectHeader.forEachReferent`. Words that
  /// may be pointers are included only where an object begins.
  package func forEachReferent(
    of header: ObjectHeader, in inferior: Inferior, _ body: (Address, ReferentKind, ReferentPart) -> Void
  ) {
    header.forEachReferent(in: inferior) { referent, kind, part in
      if kind != .probable || contains(referent) { body(referent, kind, part) }
    }
  }

  /// The object whose memory contains `address`, and the offset in it; nil if there is none. What an object keeps in
  /// separate memory, such as the items of a list, does not count.
  package func object(around address: Address, in inferior: Inferior) -> (header: ObjectHeader, offset: Int)? {
    guard let header = lastObject(upTo: address) else { return nil }
    let offset = Int(truncatingIfNeeded: address.rawValue &- header.address.rawValue)
    var end = header.inPlaceByteCount(in: inferior)
    // In a pool the whole block belongs to the object, to its last byte.
    let page = header.address.alignedDown(to: UInt64(inferior.layout.pymalloc.poolSize))
    if let pool = PymallocPool(at: page, in: inferior) { end = pool.blockSize &- header.type.preheaderSize }
    return offset >= 0 && offset < end ? (header, offset) : nil
  }
}
