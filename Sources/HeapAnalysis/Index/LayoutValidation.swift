package import CPython
package import MemoryImage

/// The result of checking every object of some types against its layout.
package struct LayoutValidation: Sendable {
  /// The result for one type.
  package struct TypeResult: Sendable {
    /// The type's number in the type table.
    package let typeNumber: Int
    /// How many objects were checked, and how many are invalid.
    package fileprivate(set) var checked = 0
    package fileprivate(set) var invalid = 0
    /// How many are invalid for each reason, and the first of them.
    package fileprivate(set) var reasons: [InvalidReason: Int] = [:]
    package fileprivate(set) var examples: [(address: Address, reason: InvalidReason)] = []
  }

  /// The results in the order of type numbers.
  package let types: [TypeResult]

  /// The number of invalid objects of all types.
  package var invalidCount: Int { types.reduce(0) { $0 + $1.invalid } }

  /// The maximum number of invalid objects that are listed for each type.
  fileprivate static let exampleLimit = 10

  /// Checks all objects of the given types, by default of every type that has a layout of its own.
  ///
  /// - Throws: `ReferenceLimitExceeded` or `Cancellation`.
  package static func run(typeNumbers: Set<Int>?, in heap: Heap) throws -> LayoutValidation {
    let inferior = heap.inferior
    let budget = ReferenceBudget(for: heap)
    let wanted = typeNumbers ?? Set(inferior.types.traits.filter { $0.kind != .generic }.map { Int($0.number) })
    let pieces = try heap.mapPieces() { forEachObject in
      var results: [Int: TypeResult] = [:]
      var share = ReferenceBudget.Share(budget)
      forEachObject { header in
        let number = Int(header.type.number)
        guard wanted.contains(number), !share.isSpent else { return }
        var count = 0
        let reason = Self.reason(of: header, &count, inferior)
        results[number, default: TypeResult(typeNumber: number)].add(header, reason)
        share.take(max(count, Self.tableWords(of: header, inferior)))
      }
      share.settle()
      return results
    }
    try budget.check()
    var all: [Int: TypeResult] = [:]
    for (number, result) in pieces.joined() { all[number, default: TypeResult(typeNumber: number)].merge(result) }
    return LayoutValidation(types: all.values.sorted { $0.typeNumber < $1.typeNumber })
  }

  /// Why the object at `address` is invalid; nil if it is valid.
  package static func reason(of address: Address, inferior: Inferior) -> InvalidReason? {
    guard let header = inferior.object(at: address) else { return .unmapped }
    guard Liveness.isReferenceCountValid(of: address, in: inferior) else { return .invalidReferenceCount }
    var count = 0
    return reason(of: header, &count, inferior)
  }

  /// The number of words of a hash table, all of which are read, whether in use or not. 0 for an object without a
  /// table, and for a table larger than all memory: it is not read, so that one damaged object is reported instead of
  /// ending the walk.
  private static func tableWords(of header: ObjectHeader, _ inferior: Inferior) -> Int {
    switch header.type.kind {
    case .dict, .orderedDict, .defaultDict, .set, .deque:
      let size = header.byteCount(in: inferior)
      return (0...inferior.addressSpace.byteCount).contains(size) ? size / 8 : 0
    default: return 0
    }
  }

  /// Checks the object's own words, then its referents: each must be an object of a known type, and is counted.
  private static func reason(of header: ObjectHeader, _ count: inout Int, _ inferior: Inferior) -> InvalidReason? {
    if let reason = header.invalidReason(in: inferior) { return reason }
    var reason: InvalidReason?
    header.forEachReferent(in: inferior) { referent, kind, _ in
      count &+= 1
      if reason == nil, kind != .probable, inferior.object(at: referent) == nil { reason = .invalidReferent }
    }
    return reason
  }
}

extension LayoutValidation.TypeResult {
  fileprivate mutating func add(_ header: ObjectHeader, _ reason: InvalidReason?) {
    checked += 1
    guard let reason else { return }
    invalid += 1
    reasons[reason, default: 0] += 1
    if examples.count < LayoutValidation.exampleLimit { examples.append((header.address, reason)) }
  }

  fileprivate mutating func merge(_ other: LayoutValidation.TypeResult) {
    checked += other.checked
    invalid += other.invalid
    reasons.merge(other.reasons, uniquingKeysWith: +)
    examples += other.examples.prefix(LayoutValidation.exampleLimit - examples.count)
  }
}
