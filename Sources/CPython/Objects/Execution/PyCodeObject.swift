package import MemoryImage

/// A `code` object in the inferior's memory.
///
/// Mirrors `PyCodeObject` in CPython's `Include/cpython/code.h`.
package struct PyCodeObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  /// The number of pointers in `_PyCoCached` (Include/cpython/code.h).
  private static let cachedCount = 4

  private let type: TypeTraits?

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.code.size)
  }

  /// Reads the code object at `address` without checking its type.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    self.address = address
    type = nil
    record = try inferior.memory.record(at: address, size: inferior.layout.code.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.code
    for count in [record[layout.co_argcount], record[layout.co_kwonlyargcount], record[layout.co_stacksize]]
    where !(0..<1 << 24).contains(count) {
      return .sizeOutOfRange
    }
    let expected: [(FieldOffset<Address>?, ObjectKind)] = [
      (layout.co_consts, .tuple), (layout.co_names, .tuple), (layout.co_filename, .str), (layout.co_name, .str),
      (layout.co_linetable, .bytes), (layout.co_qualname, .str), (layout.co_exceptiontable, .bytes),
      (layout.co_localsplusnames, .tuple), (layout.co_localspluskinds, .bytes), (layout.co_code, .bytes),
      (layout.co_varnames, .tuple), (layout.co_freevars, .tuple), (layout.co_cellvars, .tuple),
    ]
    for (field, kind) in expected {
      if let field, !inferior.isObject(record[field], ofKind: kind) { return .wrongReferentType }
    }
    let names = variableNames(in: inferior).count
    if let count = layout.co_nlocalsplus, Int(record[count]) != names { return .sizeOutOfRange }
    return inferior.memory.isMapped(address, byteCount: byteCount(in: inferior)) ? nil : .unmapped
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.code
    record.give(layout.co_consts, .held, as: "co_consts", to: body)
    record.give(layout.co_names, .held, as: "co_names", to: body)
    record.give(layout.co_filename, .held, as: "co_filename", to: body)
    record.give(layout.co_name, .held, as: "co_name", to: body)
    record.give(layout.co_linetable, .held, as: "co_linetable", to: body)
    record.give(layout.co_qualname, .held, as: "co_qualname", to: body)
    record.give(layout.co_exceptiontable, .held, as: "co_exceptiontable", to: body)
    record.give(layout.co_localsplusnames, .held, as: "co_localsplusnames", to: body)
    record.give(layout.co_localspluskinds, .held, as: "co_localspluskinds", to: body)
    record.give(layout.co_code, .held, as: "co_code", to: body)
    record.give(layout.co_varnames, .held, as: "co_varnames", to: body)
    record.give(layout.co_freevars, .held, as: "co_freevars", to: body)
    record.give(layout.co_cellvars, .held, as: "co_cellvars", to: body)
    guard let field = layout.co_cached, !record[field].isNull,
      let cached = try? inferior.memory.array(of: Address.self, at: record[field], count: Self.cachedCount)
    else { return }
    for address in cached { body(address, .held, "co_cached") }
  }

  /// The number of bytes from the address on: the structure, and since 3.11 the instructions after it.
  func inPlaceByteCount(in inferior: Inferior) -> Int {
    let size = type?.basicSize ?? inferior.layout.code.size
    guard inferior.layout.code.co_code_adaptive != nil else { return size }
    // Two bytes for each instruction; the sum is rounded up to a word (`_PyObject_VAR_SIZE`).
    return (size &+ record[inferior.layout.object.ob_size] &* 2 &+ 7) & ~7
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.code
    var size = inPlaceByteCount(in: inferior)
    if let field = layout.co_cell2arg, !record[field].isNull, let cells = layout.co_cellvars {
      size = size &+ 8 &* count(ofTuple: record[cells], in: inferior)
    }
    if let cache = layout.co_opcache, let count = layout.co_opcache_size, let code = layout.co_code,
      !record[cache].isNull
    {
      // One byte for each instruction, and `sizeof(_PyOpcache)`, 32, for each cached one.
      let instructions: Int = (try? inferior.memory.load(at: record[code] + inferior.layout.object.ob_size.bytes)) ?? 0
      size = size &+ instructions / 2 &+ Int(record[count]) &* 32
    }
    if !record[layout.co_extra].isNull, let count: Int = try? inferior.memory.load(at: record[layout.co_extra]) {
      size = size &+ 8 &+ 8 &* count
    }
    return size
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.code
    var fields = [
      ObjectShape.Field("filename", object: record[layout.co_filename]),
      .init("name", object: record[layout.co_name]),
      .init("firstlineno", record[layout.co_firstlineno]),
      .init("argcount", record[layout.co_argcount]),
      .init("posonlyargcount", record[layout.co_posonlyargcount]),
      .init("kwonlyargcount", record[layout.co_kwonlyargcount]),
      .init("stacksize", record[layout.co_stacksize]),
      .init("flags", "0x" + String(record[layout.co_flags], radix: 16)),
      .init("consts", object: record[layout.co_consts]),
      .init("names", object: record[layout.co_names]),
    ]
    let rest = [
      ("qualname", layout.co_qualname), ("localsplusnames", layout.co_localsplusnames), ("varnames", layout.co_varnames),
      ("freevars", layout.co_freevars), ("cellvars", layout.co_cellvars),
    ]
    for case let (name, field?) in rest { fields.append(.init(name, object: record[field])) }
    return .described("code \(ObjectShape.quoted(name(in: inferior)))\(place(in: inferior))", fields: fields)
  }

  private func count(ofTuple address: Address, in inferior: Inferior) -> Int {
    (try? PyTupleObject(at: address, in: inferior))?.count ?? 0
  }
}

extension PyCodeObject {
  /// The function's qualified name if the version keeps it in the code, otherwise its name.
  package func name(in inferior: Inferior) -> String? {
    let layout = inferior.layout.code
    return inferior.shownString(at: record[layout.co_qualname ?? layout.co_name])
  }

  /// The path of the source file.
  package func filename(in inferior: Inferior) -> String? {
    inferior.shownString(at: record[inferior.layout.code.co_filename])
  }

  /// The line at which the function begins.
  package func firstLine(in inferior: Inferior) -> Int { Int(record[inferior.layout.code.co_firstlineno]) }

  /// ` @ 'FILE':LINE`, with the first line or the one given.
  package func place(line: Int? = nil, in inferior: Inferior) -> String {
    " @ \(ObjectShape.quoted(filename(in: inferior))):\(line ?? firstLine(in: inferior))"
  }

  /// The same for the code object at `address`; empty if there is none.
  static func place(of address: Address, in inferior: Inferior) -> String {
    (try? PyCodeObject(at: address, in: inferior))?.place(in: inferior) ?? ""
  }

  /// The names of the first slots of a frame: locals, then cells, then free variables.
  package func variableNames(in inferior: Inferior) -> [Address] {
    let layout = inferior.layout.code
    let tuples =
      layout.co_localsplusnames.map { [$0] } ?? [layout.co_varnames, layout.co_cellvars, layout.co_freevars].compactMap { $0 }
    return tuples.flatMap { field -> [Address] in
      guard let tuple = try? PyTupleObject(at: record[field], in: inferior) else { return [] }
      return inferior.pointers(at: tuple.items, count: tuple.count, limit: 1 << 16)
    }
  }

  /// A greater length of code than any function has, in bytes.
  private static let longestCode = 1 << 20

  /// The instructions from the first to the one at `offset`, two bytes each with their caches; nil if they are not in the dump.
  package func instructions(upTo offset: Int, in inferior: Inferior) -> MemoryArray<UInt8>? {
    let layout = inferior.layout
    guard (0..<Self.longestCode).contains(offset) else { return nil }
    if let field = layout.code.co_code_adaptive {
      let size = record[layout.object.ob_size]
      guard (0..<Self.longestCode).contains(size), offset < size &* 2 else { return nil }
      return try? inferior.memory.array(of: UInt8.self, at: address + field.bytes, count: offset &+ 2)
    }
    guard let code = layout.code.co_code.map({ record[$0] }),
      let size: Int = try? inferior.memory.load(at: code + layout.object.ob_size.bytes), offset < size
    else { return nil }
    return try? inferior.memory.array(of: UInt8.self, at: code + layout.bytes.ob_sval.bytes, count: min(size, offset &+ 2))
  }

  /// The names of the attributes and global variables that the code uses (`co_names`).
  package func names(in inferior: Inferior) -> [Address] {
    inferior.items(of: record[inferior.layout.code.co_names], limit: 1 << 12)
  }

  /// The number of variable slots at the beginning of a frame: locals, then cells, then free variables.
  package func variableCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.code
    if let count = layout.co_nlocalsplus { return Int(record[count]) }
    return [layout.co_varnames, layout.co_cellvars, layout.co_freevars].reduce(0) { sum, field in
      sum &+ (field.map { count(ofTuple: record[$0], in: inferior) } ?? 0)
    }
  }

  /// The greatest number of values on a frame's evaluation stack (`co_stacksize`).
  package func stackSize(in inferior: Inferior) -> Int { Int(record[inferior.layout.code.co_stacksize]) }

  /// The line of the instruction that begins `offset` bytes after the first; nil if the table gives none.
  package func line(atOffset offset: Int, in inferior: Inferior) -> Int? {
    let layout = inferior.layout
    guard
      let count: Int = try? inferior.memory.load(
        at: record[layout.code.co_linetable] + layout.object.ob_size.bytes), count < 1 << 28,
      let table = try? inferior.memory.array(
        of: UInt8.self, at: record[layout.code.co_linetable] + layout.bytes.ob_sval.bytes, count: count)
    else { return nil }
    return LineTable(table, format: layout.code.lineTableFormat, firstLine: firstLine(in: inferior)).line(atOffset: offset)
  }
}
