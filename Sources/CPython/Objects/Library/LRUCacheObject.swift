package import MemoryImage

/// A function made by `functools.lru_cache` in the inferior's memory: a ring of links, with the call used last at its
/// end, and a dict from calls to links.
///
/// Mirrors `lru_cache_object` and `lru_list_elem` in CPython's `Modules/_functoolsmodule.c`. The object begins with a
/// link, the root of the ring.
package struct LRUCacheObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let header: ObjectHeader

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    self.header = header
    record = try inferior.memory.record(at: address, size: inferior.layout.lruCache.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.lruCache
    guard record[layout.hits] >= 0, record[layout.misses] >= 0, record[layout.maxsize] >= -1 else { return .sizeOutOfRange }
    guard !record[layout.function].isNull else { return .nullPointer }
    guard record[layout.function].isAligned(to: 8), record[layout.cache].isAligned(to: 8) else {
      return .misalignedPointer
    }
    let cache = record[layout.cache]
    guard cache.isNull || inferior.isObject(cache, ofKind: .dict) else { return .wrongReferentType }
    return forEachLink(in: inferior) { _, _ in } ? nil : .invalidTable
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.lruCache
    var index = 0
    _ = forEachLink(in: inferior) { link, address in
      body(address, .held, .item(index))
      body(link[layout.key], .visited, .key)
      body(link[layout.result], .visited, .value(key: link[layout.key]))
      // Since links have a type made at run time, the traversal visits that type for each.
      if layout.lru_list_elem_type != nil {
        body(link[inferior.layout.object.ob_type], .visited, "lru_list_elem_type")
      }
      index &+= 1
    }
    record.give(layout.cache, .visited, as: "cache", to: body)
    record.give(layout.function, .visited, as: "func", to: body)
    record.give(layout.kwd_mark, .visited, as: "kwd_mark", to: body)
    record.give(layout.lru_list_elem_type, .visited, as: "lru_list_elem_type", to: body)
    record.give(layout.cache_info_type, .visited, as: "cache_info_type", to: body)
  }

  package func byteCount(in inferior: Inferior) -> Int { header.type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.lruCache
    let function = record[layout.function]
    let attribute = Instance(header).attribute("__qualname__", in: inferior)
    let name = ObjectShape.quoted(attribute.flatMap { inferior.shownString(at: $0) })
    let size = (try? PyDictObject(at: record[layout.cache], in: inferior))?.count ?? 0
    let limit = record[layout.maxsize]
    return .described(
      "functools._lru_cache_wrapper \(name) hits=\(record[layout.hits]) misses=\(record[layout.misses])"
        + " maxsize=\(limit < 0 ? "None" : String(limit)) currsize=\(size)",
      fields: [.init("func", object: function), .init("cache", object: record[layout.cache])])
  }

  /// Calls `body` with each link and its address, beginning with the least recently used. Returns whether the ring is intact.
  ///
  /// Every link must link back to the one before it, so that the walk ends. A cache without a limit has no links.
  private func forEachLink(in inferior: Inferior, _ body: (MemoryRecord, Address) -> Void) -> Bool {
    let layout = inferior.layout.lruCache
    var (previous, link) = (address, record[layout.next])
    while link != address {
      guard let record = try? inferior.memory.record(at: link, size: layout.linkSize), record[layout.prev] == previous
      else { return false }
      body(record, link)
      (previous, link) = (link, record[layout.next])
    }
    return record[layout.prev] == previous
  }
}
