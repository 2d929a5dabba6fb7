import MemoryImage

/// Which types have instances whose size only their own code knows: a `__sizeof__` that is not known here, or a `tp_is_gc`
/// that decides whether the collector's head counts. What is said of them is the basic size.
package struct TypeSizes {
  private let inferior: Inferior
  /// The answers so far, and whether a type itself has a `__sizeof__`, by its number.
  private var answers: [Int: Bool] = [:]
  private var known: [Int: Bool] = [:]
  /// How many names may still be looked at: types of a hostile dump may share a dict.
  private var budget = 1 << 22

  /// More bases than any type has.
  private static let baseLimit = 256
  private static let name = "__sizeof__"

  package init(_ inferior: Inferior) {
    self.inferior = inferior
  }

  /// Whether the size of the type's instances is basic, by the type's number.
  package mutating func isBasic(ofType number: Int) -> Bool {
    if let answer = answers[number] { return answer }
    let answer = findOut(number)
    answers[number] = answer
    return answer
  }

  /// Whether an object's size is basic: one of a type that keeps to a structure that is known may not hold together.
  package mutating func isBasic(_ header: ObjectHeader) -> Bool {
    if isBasic(ofType: Int(header.type.number)) { return true }
    guard header.type.kind == .multiDict else { return false }
    return (try? MultiDictObject(header, in: inferior))?.knownByteCount(in: inferior) == nil
  }

  /// Whether each object of the type has to be asked.
  package func isForObjectsToSay(ofType number: Int) -> Bool { inferior.types.traits[number].kind == .multiDict }

  private mutating func findOut(_ number: Int) -> Bool {
    let info = inferior.types.types[number]
    guard let type = try? PyTypeObject(at: info.address, in: inferior) else { return false }
    let decides = type[inferior.layout.type.tp_is_gc]
    // That of `type` is known, which metaclasses inherit.
    if info.traits.kind != .type, !decides.isNull, !info.isOfOwnKind { return true }
    for base in order(of: info, type) {
      guard let place = inferior.types.number(of: base) else { continue }
      let base = inferior.types.types[place]
      // The kinds know what their types say.
      if base.isOfOwnKind && base.traits.kind != .structure { return false }
      if definesSize(place) { return !base.isOfOwnKind && !base.isBuiltin }
    }
    return false
  }

  /// The types whose attributes an instance has, in Python's order (`tp_mro`): without it the type and its bases.
  private func order(of info: TypeInfo, _ type: PyTypeObject) -> [Address] {
    let order = inferior.items(of: type[inferior.layout.type.tp_mro], limit: Self.baseLimit)
    if !order.isEmpty { return order }
    var chain = [info.address]
    while chain.count < Self.baseLimit, let next = inferior.types.type(at: chain[chain.count - 1])?.base, !next.isNull {
      chain.append(next)
    }
    return chain
  }

  private mutating func definesSize(_ number: Int) -> Bool {
    if let answer = known[number] { return answer }
    var isFound = false
    if let type = try? PyTypeObject(at: inferior.types.types[number].address, in: inferior),
      let dict = try? PyDictObject(at: type[inferior.layout.type.tp_dict], in: inferior)
    {
      let length = inferior.layout.unicode.length.bytes
      try? dict.forEachEntry(in: inferior) { key, _ in
        budget -= 1
        // Nearly all names are told apart by their length.
        if (try? inferior.memory.load(Int.self, at: key + length)) == Self.name.utf8.count {
          isFound = inferior.string(at: key, limit: Self.name.utf8.count) == Self.name
        }
        return !isFound && budget > 0
      }
    }
    known[number] = isFound
    return isFound
  }
}
