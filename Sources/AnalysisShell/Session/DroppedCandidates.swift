import CPython
import HeapAnalysis
import MemoryImage
import Presentation

/// The candidates that are no live objects, though they have a type's address in the place of `ob_type`.
struct DroppedCandidates {
  /// How many there are for each reason, by its name.
  let reasons: [String: Int]
  /// The same for each type, largest first.
  let types: [TypeRow]

  /// The candidates of one type.
  struct TypeRow: Encodable {
    let name: String
    let address: String
    let count: Int
    let reasons: [String: Int]
  }

  init(_ index: ObjectIndex, in inferior: Inferior) {
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
  var count: Int { reasons.values.reduce(0, +) }

  /// The reasons with their numbers, largest first: `free_block 12, unmapped 1`.
  static func text(of reasons: [String: Int]) -> String {
    reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private static func named(_ reasons: [InvalidReason: Int]) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: reasons.map { ($0.key.description, $0.value) })
  }
}
