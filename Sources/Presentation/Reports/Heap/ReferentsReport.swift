package import CPython
package import HeapAnalysis
package import MemoryImage

/// What `find-referents` reports: the referents of objects of any number, which are found when they are written.
package struct ReferentsReport: Sendable {
  let headers: [ObjectHeader]
  /// The addresses where no object begins, and those of them that a file lists.
  let missing: [Address]
  let missingListed: [Address]
  let heap: Heap
  /// The number of referents that are listed for each object.
  let limit: Int
  let texts: ReferenceTexts

  package init(
    of headers: [ObjectHeader], missing: [Address], missingListed: [Address], limit: Int?, in heap: Heap
  ) {
    (self.headers, self.missing, self.missingListed) = (headers, missing, missingListed)
    self.heap = heap
    self.limit = limit ?? .max
    texts = ReferenceTexts(heap.inferior)
  }

  /// The number of objects whose answers one core makes at a time, and of those that are in memory.
  private static let pieceSize = 256
  private static let batchSize = pieceSize * 64

  /// Calls `body` with the answers for pieces of the objects, in their order, which all cores make.
  func forEachPiece(_ make: @Sendable (ArraySlice<ObjectHeader>) -> String, _ body: (String) throws -> Void) throws {
    for batch in stride(from: 0, to: headers.count, by: Self.batchSize) {
      let end = min(batch + Self.batchSize, headers.count)
      let starts = Array(stride(from: batch, to: end, by: Self.pieceSize))
      let texts = try heap.workers.map(count: starts.count) { piece in
        make(headers[starts[piece]..<min(starts[piece] + Self.pieceSize, end)])
      }
      for text in texts { try body(text) }
    }
  }

  /// A reference from an object.
  typealias Entry = (address: Address, kind: ReferentKind, part: ReferentPart)

  /// What an object refers to, in the order of its structure, up to the limit; and the number of all references.
  func referents(of header: ObjectHeader) -> (entries: [Entry], count: Int) {
    var entries: [Entry] = []
    var count = 0
    heap.index.forEachReferent(of: header, in: heap.inferior) { address, kind, part in
      count += 1
      if entries.count < limit { entries.append((address, kind, part)) }
    }
    return (entries, count)
  }

  package func writeMembers(to json: inout JSONStream) throws {
    try json.member("missing", missing.map(\.description))
    try json.list("objects") { json in
      try forEachPiece { piece in
        var part = JSONStream()
        for header in piece { write(header, to: &part) }
        return part.taken()
      } _: {
        json.elements(written: $0)
        try json.flushIfLong()
      }
    }
  }

  private func write(_ header: ObjectHeader, to json: inout JSONStream) {
    let (entries, count) = referents(of: header)
    json.object(onLine: true) { json in
      json.member("address", written: "\"\(header.address)\"")
      json.member("count", count)
      json.list("referents") { json in
        for entry in entries {
          json.object { json in
            json.member("address", written: "\"\(entry.address)\"")
            json.member("by", texts.parts.text(of: entry.part, in: header))
            json.member("kind", entry.kind.description)
            json.member("type", written: texts.typeName(of: entry.address))
          }
        }
      }
      json.member("type", written: texts.typeNames[Int(header.type.number)])
    }
  }
}
