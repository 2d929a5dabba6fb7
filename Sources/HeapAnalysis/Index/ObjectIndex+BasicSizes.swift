package import CPython

extension ObjectIndex {
  /// Whether sizes of a type's objects are basic, by its number: all of them, or some that do not hold together.
  package func typesWithBasicSizes(in inferior: Inferior) -> [Bool] {
    var sizes = TypeSizes(inferior)
    var areBasic = [Bool](repeating: false, count: inferior.types.types.count)
    var asked: Set<Int> = []
    for total in typeTotals {
      areBasic[total.typeNumber] = sizes.isBasic(ofType: total.typeNumber)
      if sizes.isForObjectsToSay(ofType: total.typeNumber) { asked.insert(total.typeNumber) }
    }
    guard !asked.isEmpty else { return areBasic }
    forEachObject(ofTypes: asked) { header in
      if sizes.isBasic(header) { areBasic[Int(header.type.number)] = true }
      return true
    }
    return areBasic
  }
}
