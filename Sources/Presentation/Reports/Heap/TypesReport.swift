package import CPython
import MemoryImage

/// What `find-all-types` reports.
package struct TypesReport: Encodable, Sendable {
  let types: [Row]

  /// A type.
  struct Row: Encodable, Sendable {
    let name: String
    let address: String
  }

  /// The number of types.
  package var count: Int { types.count }

  package init(_ table: TypeTable) {
    types = table.types.map { Row(name: $0.name, address: $0.address.description) }
      .sorted { ($0.name, $0.address) < ($1.name, $1.address) }
  }
}
