package import MemoryImage

/// The content of an object's printed form, the same for text and JSON.
package indirect enum ObjectShape: Sendable {
  /// A value that is written unchanged: `123`, `None`, `1.5`.
  case atom(String)
  /// A `str`: its length, and code points of which the first may be printed.
  case text(codePoints: [UInt32], length: Int)
  /// Bytes in quotes between `prefix` and `suffix`: their number, and bytes of which the first may be printed.
  case bytes(prefix: String, bytes: [UInt8], length: Int, suffix: String)
  /// A container of `count` objects between two brackets, and the first of them. `typeName` is shown where it is cut short.
  case sequence(typeName: String, open: String, items: [Address], count: Int, close: String)
  /// A container of `count` pairs between two brackets, and the first of them.
  case mapping(typeName: String, open: String, entries: [(key: Address, value: Address)], count: Int, close: String)
  /// A container of `count` plain values between two brackets, on one line, and the first of them as they are written.
  case values(typeName: String, open: String, items: [String], count: Int, close: String)
  /// Parts in a row: `ValueError('text')`. Where the object is expanded, the fields are shown too, and all is in angle
  /// brackets.
  case composed(typeName: String, parts: [Part], fields: [Field])
  /// Text in angle brackets: a line that describes the object, and fields that are shown where it is expanded.
  case described(String, fields: [Field])
  /// An instance of a Python class: the class's name, the value of the built-in type it derives from, its attributes.
  case instance(typeName: String, value: ObjectShape?, attributes: [Field])
  /// An object that could not be read; printed as `typeName` with the reason after an exclamation mark.
  case invalid(typeName: String)

  /// A named part of an object.
  package struct Field: Sendable {
    /// The field's or attribute's name.
    package let name: String
    /// The content of the field.
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

  /// A part of an object that is written in a row with others.
  package enum Part: Sendable {
    /// Text that is written unchanged.
    case text(String)
    /// Another object.
    case object(Address)
    /// A part of the object itself.
    case shape(ObjectShape)
  }

  /// The content of a field.
  package enum Value: Sendable {
    /// Another object.
    case object(Address)
    /// A text ready to be written.
    case text(String)
    /// A part of the object itself.
    case shape(ObjectShape)
  }
}
