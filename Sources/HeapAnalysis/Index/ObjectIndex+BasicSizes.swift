package import CPython

extension ObjectIndex {
  /// For each type number, whether sizes of its objects are basic: all of them, or those that are inconsistent.
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
