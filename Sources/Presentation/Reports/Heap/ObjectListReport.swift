package import CPython
package import HeapAnalysis
import MemoryImage

/// What `find-all-objects` reports: objects of any number, each of which is written when it is found.
package struct ObjectListReport: Sendable {
  /// The number of objects, however many are listed.
  package let count: Int
  let index: ObjectIndex
  let inferior: Inferior
  /// The numbers of the objects' types; nil for all types.
  let types: Set<Int>?
  /// The number of objects that are listed.
  let limit: Int
  /// The printer of the objects; nil if only what the index has is listed: millions of lines in seconds.
  let printer: ObjectPrinter?

  package init(_ index: ObjectIndex, ofTypes types: Set<Int>?, limit: Int?, printer: ObjectPrinter?, in inferior: Inferior) {
    count =
      types.map { types in
        index.typeTotals.reduce(0) { $0 + (types.contains($1.typeNumber) ? $1.objectCount : 0) }
      } ?? index.objectCount
    (self.index, self.inferior, self.types, self.printer) = (index, inferior, types, printer)
    self.limit = limit ?? .max
  }

  /// Calls `body` with each object that is listed.
  func forEachObject(_ body: (ObjectHeader) throws -> Void) throws {
    var listed = 0
    let visit: (ObjectHeader) throws -> Bool = { header in
      guard listed < limit else { return false }
      try body(header)
      listed += 1
      return true
    }
    if let types { try index.forEachObject(ofTypes: types, visit) } else { try index.forEachObject(visit) }
  }

  /// Calls `body` with each object that is listed and its size, and whether that is only its basic size.
  func forEachSize(_ body: (ObjectHeader, _ size: Int, _ isBasic: Bool) throws -> Void) throws {
    let mayBeBasic = index.typesWithBasicSizes(in: inferior)
    var sizes = TypeSizes(inferior)
    try forEachObject { header in
      let (size, isBasic) =
        mayBeBasic[Int(header.type.number)] ? sizes.size(of: header) : (header.byteCount(in: inferior), false)
      try body(header, size, isBasic)
    }
  }

  package func writeMembers(to json: inout JSONStream) throws {
    json.member("count", count)
    try json.list("objects") { json in
      guard let printer else { return try writePlainly(to: &json) }
      var sizes = TypeSizes(inferior)
      try forEachObject { header in
        let text = printer.text(of: header.address)
        try json.element(onLine: true, ObjectEntry(header, text: text, sizes: &sizes, in: inferior))
        try json.flushIfLong()
      }
    }
  }

  private func writePlainly(to json: inout JSONStream) throws {
    // What depends on the type is the same for all its objects.
    let names = inferior.types.types.map { (name: JSONText.quoted($0.name), address: JSONText.quoted($0.address.description)) }
    try forEachSize { header, size, isBasic in
      json.object(onLine: true) { json in
        json.member("address", written: "\"\(header.address)\"")
        if isBasic { json.member("isSizeBasic", written: "true") }
        json.member("size", size)
        json.member("type", written: names[Int(header.type.number)].name)
        json.member("typeAddress", written: names[Int(header.type.number)].address)
      }
      try json.flushIfLong()
    }
  }
}
