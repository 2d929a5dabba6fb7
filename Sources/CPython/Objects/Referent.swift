package import MemoryImage

/// How an object refers to another.
package enum ReferentKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// The collector visits the reference: `gc.get_referents` returns it.
  case visited
  /// A reference that the collector does not visit, such as the parts of a `code` object, which cannot be in a cycle.
  case held
  /// A reference that does not keep the object alive.
  case weak
  /// A word in an object of unknown structure that is the address of an object.
  case probable
}

extension ReferentKind: CustomStringConvertible {
  /// The kind as it is printed: `visited`.
  package var description: String {
    switch self {
    case .visited: "visited"
    case .held: "held"
    case .weak: "weak"
    case .probable: "probable"
    }
  }
}

/// The part of an object that holds a reference. It consists of plain numbers, so that a walk that does not need it pays
/// nothing. `ReferentPart+Text.swift` gives its text.
package enum ReferentPart: Sendable {
  /// A field of the object's structure, by CPython's name: `func_globals`.
  case field(StaticString)
  /// A field of a structure that a table describes, by its number in `TypeTable.fields`: `it_seq`.
  case structureField(Int)
  /// An item by its number: `[3]`.
  case item(Int)
  /// A reference in an item of an array of structures, by the item's number and the offset in the item in bytes:
  /// `[3]['value']`.
  case itemField(Int, Int)
  /// The value of a dict's entry with the given key: `['key']`.
  case value(key: Address)
  /// The key of a dict's entry, or a set's item.
  case key
  /// An attribute that the instance keeps in itself, by its number among the type's shared keys: `.name`.
  case attribute(Int)
  /// A field named by the type or one of its bases (`tp_members`, `__slots__`), by its number in `TypeTable.memberNames`.
  case member(Int)
  /// A variable of a frame, by its number in the frame.
  case variable(Int)
  /// A value on the evaluation stack of a frame, by its number from the bottom.
  case stack(Int)
  /// A word of the object, by its distance from the object's start in bytes: `+24`.
  case word(Int)
  /// A word of a C structure that a word of the object points at, by two offsets in bytes: that of the pointer in the
  /// object, and that of the word in the structure: `+24->+8`.
  case blockWord(Int, Int)
}

extension ReferentPart: ExpressibleByStringLiteral {
  /// The field with the given name.
  package init(stringLiteral name: StaticString) {
    self = .field(name)
  }
}

/// The function that a walk calls for each reference, with its address, its kind, and the part that holds it.
package typealias ReferentBody = (_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) -> Void

extension MemoryRecord {
  /// Calls `body` with the pointer in `field`, if the version has the field.
  @inline(__always)
  func give(_ field: FieldOffset<Address>?, _ kind: ReferentKind, as part: ReferentPart, to body: ReferentBody) {
    if let field { body(self[field], kind, part) }
  }
}
