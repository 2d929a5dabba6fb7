package import MemoryImage

/// How an object prints, without saying how it is written: the same for text and JSON.
package indirect enum ObjectShape: Sendable {
  /// A value that is written as it stands: `123`, `None`, `1.5`.
  case atom(String)
  /// A `str`: its code points, of which the first may be printed, and its length.
  case text(codePoints: [UInt32], length: Int)
  /// Bytes in quotes between `prefix` and `suffix`, of which the first may be printed, and their number.
  case bytes(prefix: String, bytes: [UInt8], length: Int, suffix: String)
  /// A container of `count` objects between two brackets; the first of them. `typeName` names it where it is cut short.
  case sequence(typeName: String, open: String, items: [Address], count: Int, close: String)
  /// A container of `count` pairs between two brackets; the first of them.
  case mapping(typeName: String, open: String, entries: [(key: Address, value: Address)], count: Int, close: String)
  /// A container of `count` plain values between two brackets, on one line; the first of them as they are written.
  case values(typeName: String, open: String, items: [String], count: Int, close: String)
  /// Parts in a row: `ValueError('text')`; and fields that are shown, all in angle brackets, where it is looked into.
  case composed(typeName: String, parts: [Part], fields: [Field])
  /// Something in angle brackets: a line that says what it is, and fields that are shown where it is looked into.
  case described(String, fields: [Field])
  /// An instance of a Python class: the class's name, the value of the built-in type it derives from, its attributes.
  case instance(typeName: String, value: ObjectShape?, attributes: [Field])
  /// Something that could not be read; `typeName` with the reason after an exclamation mark.
  case invalid(typeName: String)

  /// A named part of an object.
  package struct Field: Sendable {
    /// The field's or attribute's name.
    package let name: String
    /// What it holds.
    package let value: Value

    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }

    package init(_ name: String, object address: Address) {
      self.init(name, address.isNull ? .text("NULL") : .object(address))
    }

    package init(_ name: String, shape: ObjectShape) {
      self.init(name, .shape(shape))
    }

    package init(_ name: String, _ text: some CustomStringConvertible) {
      self.init(name, .text(text.description))
    }
  }

  /// One of the parts of an object that is written in a row.
  package enum Part: Sendable {
    /// Text as it stands.
    case text(String)
    /// Another object.
    case object(Address)
    /// A part of the object itself.
    case shape(ObjectShape)
  }

  /// What a field holds.
  package enum Value: Sendable {
    /// Another object.
    case object(Address)
    /// Anything else, ready to be written.
    case text(String)
    /// A part of the object itself.
    case shape(ObjectShape)
  }
}
