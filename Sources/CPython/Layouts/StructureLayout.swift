/// The structure of a C type whose objects consist of that structure alone: the fields that hold objects, and the plain
/// numbers that show its state.
///
/// The tables are generated from the debug information of interpreters (`tests/layouts/structures.py`), one for each
/// version; a type counts as known only if the dump states the same size for it.
package struct StructureLayout: Sendable {
  /// The type's full name (`tp_name`): `itertools.chain`.
  package let typeName: String
  /// The structure's name in C: `chainobject`.
  package let name: String
  /// `sizeof` the structure, which is the type's `tp_basicsize`.
  package let size: Int
  /// Whether the collector visits the type: in the table, as a field `ob_type`.
  package let visitsType: Bool
  /// The fields that hold objects.
  package let fields: [StructureField]
  /// The plain numbers: the place of an iterator, the line of a traceback.
  package let numbers: [StructureNumber]

  /// Reads a line of a table: `TYPE STRUCTURE SIZE FIELD:OFFSET…`, with `_` for blanks in the type's name; nil if the
  /// line has another form.
  init?(_ line: Substring) {
    let words = line.split(separator: " ")
    guard words.count >= 3, let size = Int(words[2]) else { return nil }
    typeName = words[0].hasPrefix("symtable_") ? "symtable entry" : String(words[0])
    name = String(words[1])
    self.size = size
    visitsType = words.dropFirst(3).first?.hasPrefix("ob_type:") ?? false
    fields = words.dropFirst(3).compactMap { StructureField($0) }
    numbers = words.dropFirst(3).compactMap { StructureNumber($0) }
  }
}

/// The structures of a version's C types, by the types' names.
///
/// Of a type whose structure grew from one patch release to another there are several, and its size chooses.
package struct StructureTable: Sendable {
  private let structures: [String: [StructureLayout]]

  /// The structures of a layout's version and patch release; none for a version without a table.
  static func of(_ layout: Layout) -> StructureTable {
    tables(of: layout.version)[layout.release ?? 0] ?? StructureTable([])
  }

  private init(_ lines: [Substring]) {
    structures = Dictionary(grouping: lines.compactMap { StructureLayout($0) }, by: \.typeName)
  }

  /// The structure of a type of the given size; nil if none is known.
  func structure(of name: String, size: Int?) -> StructureLayout? { structures[name]?.first { $0.size == size } }

  /// The structure of a type as the patch release has it; nil if none is known.
  package subscript(name: String) -> StructureLayout? { structures[name]?.first }

  /// The structures of all types, as the patch release has them.
  package var all: [StructureLayout] { structures.values.compactMap(\.first) }
}

extension StructureTable {
  /// The tables of a version by patch release; one, with the key 0, if releases have no tables of their own.
  private static func tables(of version: PythonVersion) -> [Int: StructureTable] {
    switch (version.major, version.minor) {
    case (3, 8): parsed3_8
    case (3, 9): parsed3_9
    case (3, 10): parsed3_10
    case (3, 11): parsed3_11
    case (3, 12): parsed3_12
    case (3, 13): parsed3_13
    case (3, 14): parsed3_14
    case (3, 15): parsed3_15
    default: [:]
    }
  }

  // Each table is parsed once: a dump whose version is not known is tried with all of them.
  private static let parsed3_8 = parsed(PythonVersion(3, 8), StructureLayout.cpython3_8)
  private static let parsed3_9 = parsed(PythonVersion(3, 9), StructureLayout.cpython3_9)
  private static let parsed3_10 = parsed(PythonVersion(3, 10), StructureLayout.cpython3_10)
  private static let parsed3_11 = parsed(PythonVersion(3, 11), StructureLayout.cpython3_11)
  private static let parsed3_12 = parsed(PythonVersion(3, 12), StructureLayout.cpython3_12)
  private static let parsed3_13 = parsed(PythonVersion(3, 13), StructureLayout.cpython3_13)
  private static let parsed3_14 = parsed(PythonVersion(3, 14), StructureLayout.cpython3_14)
  private static let parsed3_15 = parsed(PythonVersion(3, 15), StructureLayout.cpython3_15)

  private static func parsed(_ version: PythonVersion, _ text: String) -> [Int: StructureTable] {
    guard let releases = PatchReleases(of: version) else { return [0: StructureTable(text.split(separator: "\n"))] }
    return Dictionary(
      uniqueKeysWithValues: releases.known.map {
        ($0, StructureTable(releases.lines(of: $0, in: releases.structures, whole: text)))
      })
  }
}

/// A field of a structure that holds an object.
package struct StructureField: Sendable {
  /// The field's name in C; only the last part for a field of a nested structure.
  package let name: String
  /// The position of the field, and the kind of its reference.
  package let place: StructurePlace

  /// Reads `NAME:OFFSET` or `NAME:OFFSET*STRIDE`, followed by `-` if the field is held but not visited, and by `~` if it
  /// is weak.
  init?(_ word: Substring) {
    let parts = word.split(separator: ":")
    guard parts.count == 2, !parts[1].contains("=") else { return nil }
    let numbers = parts[1].split { !$0.isNumber }.compactMap { Int($0) }
    guard let offset = numbers.first, offset >= 16 else { return nil }
    name = String(parts[0].split(separator: ".").last ?? parts[0])
    place = StructurePlace(
      offset: offset, stride: numbers.count > 1 ? numbers[1] : 0,
      kind: parts[1].hasSuffix("~") ? .weak : parts[1].hasSuffix("-") ? .held : .visited)
  }
}

/// A field of a structure that is a signed number.
package struct StructureNumber: Sendable {
  /// Its name in C.
  package let name: String
  /// The offset and the size of the field in the object, in bytes.
  package let offset: Int
  package let size: Int

  /// Reads `NAME:OFFSET=SIZE`.
  init?(_ word: Substring) {
    let parts = word.split { $0 == ":" || $0 == "=" }
    guard word.contains("="), parts.count == 3, let offset = Int(parts[1]), let size = Int(parts[2]), (1...8).contains(size)
    else { return nil }
    name = String(parts[0])
    (self.offset, self.size) = (offset, size)
  }
}

/// The position of a field that holds an object, in plain numbers, for walks.
package struct StructurePlace: Sendable, BitwiseCopyable {
  /// The offset of the field in the object, in bytes.
  package let offset: Int
  /// The distance between repetitions of the field in an array at the end of the object (`ob_size` is their number), in
  /// bytes; 0 for a field that occurs once.
  package let stride: Int
  /// The kind of the reference: visited by the collector, only held, or weak.
  package let kind: ReferentKind
}
