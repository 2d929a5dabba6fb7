import MemoryImage

/// The exceptions that `_decimal` keeps in its tables of signals and conditions, since 3.13.
///
/// Mirrors `decimal_state` and `DecCondMap` in CPython's `Modules/_decimal/_decimal.c`; the traversal is its
/// `decimal_traverse`.
enum DecimalState {
  /// The tables have nine entries or fewer.
  private static let largestCount = 64

  static func forEachReferent(at state: Address, in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.decimalState
    // The first condition is not visited, as it is also the first signal.
    for (field, skipped) in [(layout.signal_map, 0), (layout.cond_map, 1)] {
      guard let field, let table = try? inferior.memory.load(Address.self, at: state + field.bytes) else { continue }
      forEachReferent(inTable: table + skipped * layout.entrySize, in: inferior, body)
    }
  }

  private static func forEachReferent(inTable table: Address, in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.decimalState
    guard let fqname = layout.fqname, let exception = layout.exception else { return }
    for index in 0..<largestCount {
      guard let entry = try? inferior.memory.record(at: table + index * layout.entrySize, size: layout.entrySize),
        !entry[fqname].isNull
      else { return }
      body(entry[exception], .visited, "md_state")
    }
  }
}
