package import CPython
package import HeapAnalysis
import MemoryImage

/// What `validate-layouts` reports.
package struct ValidationReport: Encodable, Sendable {
  package let invalidObjects: Int
  package var types: [TypeRow]?
  package var objects: [ObjectRow]?

  /// The objects of one type.
  package struct TypeRow: Encodable, Sendable {
    package let name: String
    package let address: String
    package let checked: Int
    package let invalid: Int
    package let reasons: [String: Int]
    package let examples: [ObjectRow]
  }

  /// One object; without a reason, it is valid.
  package struct ObjectRow: Encodable, Sendable {
    package let address: String
    /// Nil where there is no object.
    package let type: String?
    package let reason: String?

    package init(address: String, type: String?, reason: String?) {
      (self.address, self.type, self.reason) = (address, type, reason)
    }

    private enum CodingKeys: CodingKey {
      case address, type, reason
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(address, forKey: .address)
      try container.encode(type, forKey: .type)
      try container.encode(reason, forKey: .reason)
    }
  }

  /// Creates the report about all objects of some types.
  ///
  /// - Parameter numbers: the numbers of the types; nil for every type with a layout.
  package init(_ result: LayoutValidation, of numbers: Set<Int>?, in inferior: Inferior) {
    let table = inferior.types.types
    invalidObjects = result.invalidCount
    let named = numbers ?? Set(table.indices.filter { ObjectKind(staticTypeName: table[$0].name) != nil })
    let empty = named.subtracting(result.types.map(\.typeNumber)).sorted().map { number in
      TypeRow(
        name: table[number].name, address: table[number].address.description, checked: 0,
        invalid: 0, reasons: [:], examples: [])
    }
    types =
      empty
      + result.types.map { row in
        let name = table[row.typeNumber].name
        return TypeRow(
          name: name, address: table[row.typeNumber].address.description, checked: row.checked, invalid: row.invalid,
          reasons: Dictionary(uniqueKeysWithValues: row.reasons.map { ($0.key.description, $0.value) }),
          examples: row.examples.prefix(10).map { address, reason in
            ObjectRow(address: address.description, type: name, reason: reason.description)
          })
      }
  }

  /// Creates the report about single objects.
  package init(objects rows: [ObjectRow]) {
    invalidObjects = rows.count { $0.reason != nil }
    objects = rows
  }
}
