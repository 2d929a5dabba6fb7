package import CPython
package import HeapAnalysis
import MemoryImage

/// The candidates that are no live objects, though they have a type's address in the place of `ob_type`.
package struct DroppedCandidates {
  /// How many there are for each reason, by its name.
  package let reasons: [String: Int]
  /// The same for each type, largest first.
  package let types: [TypeRow]

  /// The candidates of one type.
  package struct TypeRow: Encodable, Sendable {
    package let name: String
    package let address: String
    package let count: Int
    package let reasons: [String: Int]
  }

  package init(_ index: ObjectIndex, in inferior: Inferior) {
    reasons = Self.named(index.dropped)
    types = index.droppedByType.map { number, reasons in
      let type = inferior.types.types[number]
      return TypeRow(
        name: type.name, address: type.address.description,
        count: reasons.values.reduce(0, +), reasons: Self.named(reasons))
    }
    .sorted { ($1.count, $0.name, $0.address) < ($0.count, $1.name, $1.address) }
  }

  /// How many there are.
  package var count: Int { reasons.values.reduce(0, +) }

  /// The reasons with their numbers, largest first: `free_block 12, unmapped 1`.
  package static func text(of reasons: [String: Int]) -> String {
    reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private static func named(_ reasons: [InvalidReason: Int]) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: reasons.map { ($0.key.description, $0.value) })
  }
}
