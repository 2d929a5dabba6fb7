import MemoryImage

/// The interpreter's own static types by name.
///
/// A name does not identify a type: a class may be called `generator`. So are types of Cython in every process that loads its
/// modules, static ones up to Cython 0.29 and made at run time since. The interpreter's own types are those that the compiler
/// put into its static data: they were not allocated (`Py_TPFLAGS_HEAPTYPE`), and their names are in the interpreter's program.
struct BuiltinTypes: Sendable {
  private let numbers: [String: Int]

  /// The interpreter's own types among those of a table.
  init(_ types: [TypeInfo]) {
    var numbers: [String: Int] = [:]
    for (number, type) in types.enumerated() where type.isBuiltin {
      // In a program with built-in extension modules, their types may have the same names. Those that the runtime manages
      // come first, then those that are in use.
      if let other = numbers[type.name], Self.rank(types[other]) >= Self.rank(type) { continue }
      numbers[type.name] = number
    }
    self.numbers = numbers
  }

  /// The index in the table of the type with the given name; nil if there is none.
  func number(of name: String) -> Int? { numbers[name] }

  private static func rank(_ type: TypeInfo) -> Int {
    type.traits.flags.contains(.staticBuiltin) ? 2 : type.traits.flags.contains(.ready) ? 1 : 0
  }
}

extension Inferior {
  /// Whether the type is a static one of the interpreter's own program.
  func isBuiltin(_ type: PyTypeObject) -> Bool {
    !type.flags(in: self).contains(.heapType) && image.holdsName(type[layout.type.tp_name])
  }
}
