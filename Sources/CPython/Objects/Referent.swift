package import MemoryImage

/// How an object refers to another.
package enum ReferentKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  /// The collector is told of it: `gc.get_referents` gives it.
  case visited
  /// A reference that the collector is not told of, such as the parts of a `code` object, which cannot be in a cycle.
  case held
  /// It leads to the object without keeping it alive.
  case weak
  /// A word of an object of unknown structure that is the address of an object.
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

/// By which of its parts an object refers to another: plain numbers, so that a walk that does not ask pays nothing.
/// `ReferentPart+Text.swift` puts it into words.
package enum ReferentPart: Sendable {
  /// A field of the object's structure, by CPython's name: `func_globals`.
  case field(StaticString)
  /// A field of a structure known by its table, by its number in `TypeTable.fields`: `it_seq`.
  case structureField(Int)
  /// An item by its number: `[3]`.
  case item(Int)
  /// A reference in an item of an array of structures, by the item's number and its place in the item in bytes:
  /// `[3]['value']`.
  case itemField(Int, Int)
  /// The value of a dict's entry with the given key: `['key']`.
  case value(key: Address)
  /// The key of a dict's entry, or a set's item.
  case key
  /// An attribute that the instance keeps in itself, by its number among the shared keys of the type: `.name`.
  case attribute(Int)
  /// A field that the type or a base of it names (`tp_members`, `__slots__`), by its number in `TypeTable.memberNames`.
  case member(Int)
  /// A variable of a frame, by its number in the frame.
  case variable(Int)
  /// A value on the evaluation stack of a frame, by its number from the bottom.
  case stack(Int)
  /// A word of the object, by its distance from the object's start in bytes: `+24`.
  case word(Int)
  /// A word of a structure of C code that a word of the object points at: the distance of that word from the object's start,
  /// and of the other from the structure's, in bytes: `+24->+8`.
  case blockWord(Int, Int)
}

extension ReferentPart: ExpressibleByStringLiteral {
  /// The field with the given name.
  package init(stringLiteral name: StaticString) {
    self = .field(name)
  }
}

/// What a walk does with each referent: its address, how it is referred to, and by which part.
package typealias ReferentBody = (_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) -> Void

extension MemoryRecord {
  /// Gives what the pointer in `field` leads to, if the version has the field.
  @inline(__always)
  func give(_ field: FieldOffset<Address>?, _ kind: ReferentKind, as part: ReferentPart, to body: ReferentBody) {
    if let field { body(self[field], kind, part) }
  }
}
