package import CPython
package import MemoryImage

/// How long the strings of a process are.
package struct StringStatistics: Sendable {
  /// The number of objects, and the bytes of their characters, without their heads.
  package private(set) var objectCount = 0
  package private(set) var byteCount = 0
  /// How many objects are no longer than `maximum` and longer than the step before; steps are 1, 2, 5, 10, 20, 50, …
  /// up to the longest. Lengths of `str` are in code points.
  package var histogram: [(maximum: Int, count: Int)] {
    guard let last = steps.lastIndex(where: { $0 > 0 }) else { return [] }
    return (0...last).map { (Self.maximum(ofStep: $0), steps[$0]) }
  }
  /// The objects whose lengths are within the limits; none if there was no limit.
  package private(set) var matches: [ObjectHeader] = []
  private var steps = [Int](repeating: 0, count: 60)

  /// The statistics of all objects whose exact type is `str` or `bytes`, as `count-by-type` counts them.
  ///
  /// - Parameters:
  ///   - kind: `.str` or `.bytes`.
  ///   - smallerThan, largerThan: limits of length for `matches`, exclusive.
  /// - Throws: `Cancellation`.
  package static func of(
    kind: ObjectKind, in heap: Heap, smallerThan: Int?, largerThan: Int?
  ) throws(Cancellation) -> StringStatistics {
    let inferior = heap.inferior
    let name = kind == .str ? "str" : "bytes"
    guard let own = inferior.types.builtin(name) else {
      return StringStatistics()
    }
    let pieces = try heap.mapPieces() { forEachObject in
      var statistics = StringStatistics()
      forEachObject { header in
        guard header.type.number == own.traits.number, let (length, size) = Self.measure(header, in: inferior) else { return }
        statistics.add(header, length: length, byteCount: size, smallerThan: smallerThan, largerThan: largerThan)
      }
      return statistics
    }
    return pieces.reduce(into: StringStatistics()) { $0.merge($1) }
  }

  private static func measure(_ header: ObjectHeader, in inferior: Inferior) -> (length: Int, byteCount: Int)? {
    if header.type.kind == .str {
      guard let string = try? PyUnicodeObject(header, in: inferior), string.length >= 0 else { return nil }
      return (string.length, string.length &* string.kind)
    }
    guard let bytes = try? PyBytesObject(header, in: inferior), bytes.count >= 0 else { return nil }
    return (bytes.count, bytes.count)
  }

  private mutating func add(
    _ header: ObjectHeader, length: Int, byteCount: Int, smallerThan: Int?, largerThan: Int?
  ) {
    objectCount += 1
    self.byteCount &+= byteCount
    steps[Self.step(of: length)] += 1
    guard smallerThan != nil || largerThan != nil else { return }
    if length < smallerThan ?? .max, length > largerThan ?? -1 { matches.append(header) }
  }

  private mutating func merge(_ other: StringStatistics) {
    objectCount += other.objectCount
    byteCount &+= other.byteCount
    for step in steps.indices { steps[step] += other.steps[step] }
    matches += other.matches
  }

  private static func maximum(ofStep step: Int) -> Int {
    (0..<step / 3).reduce([1, 2, 5][step % 3]) { value, _ in value.multipliedReportingOverflow(by: 10).partialValue }
  }

  private static func step(of length: Int) -> Int {
    // 18 decades hold every length that 64 bits can hold memory for.
    (0..<54).first { length <= maximum(ofStep: $0) } ?? 54
  }
}
