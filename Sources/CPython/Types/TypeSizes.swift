import MemoryImage

/// The types whose instances have a size that only their own code knows: an unknown `__sizeof__`, or a `tp_is_gc` that
/// decides whether the collector's head counts. For these the basic size is reported.
package struct TypeSizes {
  private let inferior: Inferior
  /// The answers so far, and whether a type itself has a method, by the type's number.
  private var answers: [Int: Source] = [:]
  private var known: [Name: [Int: Bool]] = [:]
  /// The number of names that may still be read: types of a hostile dump may share a dict.
  private var budget = 1 << 22
  /// The number of objects in arrays whose sizes may still be computed: views share their data.
  private var elementBudget = 1 << 25
  private var askedPandas: Bool??

  /// More bases than any type has.
  private static let baseLimit = 256

  /// The origin of the size of a type's instances.
  private enum Source: Equatable {
    /// The interpreter, or known C code.
    case known
    /// Unknown code.
    case unknown
    /// `memory_usage` of a pandas class, by its name.
    case pandas(String)
  }

  /// The methods that decide the size.
  private enum Name: String {
    case size = "__sizeof__"
    case usage = "memory_usage"
    case attribute = "__getattr__"
  }

  package init(_ inferior: Inferior) {
    self.inferior = inferior
  }

  /// Whether the size of the type's instances is basic, by the type's number.
  ///
  /// Sizes of pandas objects are basic in the sum of a type: their data belong to other objects, which several may share.
  package mutating func isBasic(ofType number: Int) -> Bool { source(ofType: number) != .known }

  /// An object's size as `sys.getsizeof` counts it, and whether it is only the basic one.
  package mutating func size(of header: ObjectHeader) -> (byteCount: Int, isBasic: Bool) {
    guard let definer = definerOfUsage(ofType: Int(header.type.number)) else {
      return (header.byteCount(in: inferior), isBasic(header))
    }
    let object = PandasObject(header: header, definer: definer, depth: 0)
    guard let usage = object.memoryUsage(&self, in: inferior) else { return (header.byteCount(in: inferior), true) }
    return (usage &+ header.preheaderSize(in: inferior), false)
  }

  /// The pandas class whose `memory_usage` computes the size of the type's instances; nil if there is none.
  mutating func definerOfUsage(ofType number: Int) -> String? {
    if case .pandas(let definer) = source(ofType: number) { definer } else { nil }
  }

  /// Takes `count` from the number of objects that may still be read; returns false if there are not enough left.
  mutating func pay(_ count: Int) -> Bool {
    guard count <= elementBudget else { return false }
    elementBudget -= count
    return true
  }

  /// Whether pandas counts what is before an object in an array, found out once; nil if pandas' module is not found.
  mutating func countsPreheaders() -> Bool? {
    let answer = askedPandas ?? PandasObject.countsPreheaders(in: inferior)
    askedPandas = .some(answer)
    return answer
  }

  private mutating func source(ofType number: Int) -> Source {
    if let answer = answers[number] { return answer }
    let answer = findOut(number)
    answers[number] = answer
    return answer
  }

  /// Whether an object's size is basic, also because its structure is inconsistent although its type has a known one.
  package mutating func isBasic(_ header: ObjectHeader) -> Bool {
    if isBasic(ofType: Int(header.type.number)) { return true }
    guard header.type.kind == .multiDict else { return false }
    return (try? MultiDictObject(header, in: inferior))?.knownByteCount(in: inferior) == nil
  }

  /// Whether each object of the type has to be examined.
  package func isForObjectsToSay(ofType number: Int) -> Bool { inferior.types.traits[number].kind == .multiDict }

  private mutating func findOut(_ number: Int) -> Source {
    let info = inferior.types.types[number]
    guard let type = try? PyTypeObject(at: info.address, in: inferior) else { return .known }
    let decides = type[inferior.layout.type.tp_is_gc]
    // That of `type`, which metaclasses inherit, is known.
    if info.traits.kind != .type, !decides.isNull, !info.isOfOwnKind { return .unknown }
    let order = order(of: info, type).compactMap { inferior.types.number(of: $0) }
    for place in order {
      let base = inferior.types.types[place]
      // Each kind implements the methods of its own type.
      if base.isOfOwnKind && base.traits.kind != .structure { return .known }
      guard defines(.size, place) else { continue }
      if base.isOfOwnKind || base.isBuiltin { return .known }
      guard base.name == "pandas.core.base.PandasObject" else { return .unknown }
      if let definer = order.first(where: { defines(.usage, $0) }) {
        let definer = inferior.types.types[definer]
        return definer.name.hasPrefix("pandas.") ? .pandas(definer.shortName) : .unknown
      }
      // Without a `memory_usage`, the next class decides.
      if order.contains(where: { defines(.attribute, $0) }) { return .unknown }
    }
    return .known
  }

  /// The types in which an instance's attributes are looked up, in Python's order (`tp_mro`); without that, the type and
  /// its bases.
  private func order(of info: TypeInfo, _ type: PyTypeObject) -> [Address] {
    let order = inferior.items(of: type[inferior.layout.type.tp_mro], limit: Self.baseLimit)
    if !order.isEmpty { return order }
    var chain = [info.address]
    while chain.count < Self.baseLimit, let next = inferior.types.type(at: chain[chain.count - 1])?.base, !next.isNull {
      chain.append(next)
    }
    return chain
  }

  private mutating func defines(_ name: Name, _ number: Int) -> Bool {
    if let answer = known[name]?[number] { return answer }
    var isFound = false
    let count = name.rawValue.utf8.count
    if let type = try? PyTypeObject(at: inferior.types.types[number].address, in: inferior),
      let dict = try? PyDictObject(at: type[inferior.layout.type.tp_dict], in: inferior)
    {
      let length = inferior.layout.unicode.length.bytes
      try? dict.forEachEntry(in: inferior) { key, _ in
        budget -= 1
        // Nearly all names differ in length.
        if (try? inferior.memory.load(Int.self, at: key + length)) == count {
          isFound = inferior.string(at: key, limit: count) == name.rawValue
        }
        return !isFound && budget > 0
      }
    }
    known[name, default: [:]][number] = isFound
    return isFound
  }
}
