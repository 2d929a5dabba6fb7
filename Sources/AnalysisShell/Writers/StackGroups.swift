import CPython
import HeapAnalysis
import MemoryImage

/// Things that stand at the same places, taken together in the order of the first of each.
struct StackGroups<Element> {
  /// The groups.
  private(set) var groups: [[Element]] = []
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable {
    let places: [CodeTexts.Place]
    let shared: AwaitChain.Shared?
  }

  /// - Parameters:
  ///   - apart: leaves each thing in a group of its own.
  ///   - shared: what a thing's frames do not have, as another has it too.
  init(
    _ elements: [Element], apart: Bool, frames: (Element) -> [Frame], shared: (Element) -> AwaitChain.Shared? = { _ in nil }
  ) {
    for element in elements {
      let key = Key(places: apart ? [] : frames(element).map { CodeTexts.Place($0) }, shared: shared(element))
      let isComparable = !key.places.isEmpty
      if isComparable, let number = numbers[key] {
        groups[number].append(element)
      } else {
        if isComparable { numbers[key] = groups.count }
        groups.append([element])
      }
    }
  }
}
