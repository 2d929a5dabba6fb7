import CPython

/// What an index counts: objects and bytes by type, and the candidates that were no live objects.
struct IndexTally: Sendable {
  /// Objects and bytes by type number, for the types that occur.
  var totals: [UInt32: (objects: Int, bytes: Int)] = [:]
  /// The candidates of each type that were dropped, by reason.
  var dropped: [UInt32: [InvalidReason: Int]] = [:]

  /// Removes an object from the totals that turned out to be none.
  mutating func drop(_ header: ObjectHeader, byteCount: Int, reason: InvalidReason) {
    let number = header.type.number
    if let total = totals[number] {
      totals[number] = total.objects > 1 ? (total.objects - 1, total.bytes &- byteCount) : nil
    }
    dropped[number, default: [:]][reason, default: 0] += 1
  }

  mutating func merge(_ other: IndexTally) {
    for (number, total) in other.totals {
      totals[number, default: (0, 0)].objects &+= total.objects
      totals[number, default: (0, 0)].bytes &+= total.bytes
    }
    for (number, reasons) in other.dropped {
      dropped[number, default: [:]].merge(reasons, uniquingKeysWith: +)
    }
  }
}
