import CPython

/// The name that the user may have meant by another.
enum NameSuggestion {
  /// The name of `names` that is nearest to `name`; nil if none is near enough to be meant.
  static func nearest(to name: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8.prefix(longest))
    let lowercase = Array(name.lowercased().utf8.prefix(longest))
    var best: (name: String, distance: Int, exactDistance: Int)?
    for candidate in names where !candidate.isEmpty {
      let other = Array(candidate.lowercased().utf8.prefix(longest))
      guard abs(other.count - wanted.count) <= best?.distance ?? .max else { continue }
      let distance = distance(from: lowercase, to: other)
      guard distance <= best?.distance ?? .max else { continue }
      // Of two names that differ only in case, the one in the case as written is nearer.
      let exactDistance = self.distance(from: wanted, to: Array(candidate.utf8.prefix(longest)))
      if let best, (distance, exactDistance) >= (best.distance, best.exactDistance) { continue }
      best = (candidate, distance, exactDistance)
    }
    guard let best, best.distance <= max(2, wanted.count / 3) else { return nil }
    return best.name
  }

  /// `, did you mean NAME?`, or nothing.
  static func question(for name: String, among names: some Sequence<String>) -> String {
    nearest(to: name, among: names).map { ", did you mean \(PythonText.clipped(PythonText.escaped($0)))?" } ?? ""
  }

  /// Longer names are compared by their beginnings.
  private static let longest = 64

  /// The number of letters to insert, delete, replace or swap with the next (Damerau-Levenshtein distance).
  static func distance(from first: [UInt8], to second: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for (row, letter) in first.enumerated() {
      var current = [row + 1]
      for (column, other) in second.enumerated() {
        var cost = min(last[column + 1] + 1, current[column] + 1, last[column] + (letter == other ? 0 : 1))
        if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
          cost = min(cost, beforeLast[column - 1] + 1)
        }
        current.append(cost)
      }
      beforeLast = last
      last = current
    }
    return last[second.count]
  }
}
