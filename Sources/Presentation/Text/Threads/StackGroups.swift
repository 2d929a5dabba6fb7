package import CPython
package import HeapAnalysis
import MemoryImage

/// Elements that are at the same places, grouped in the order of the first of each group.
package struct StackGroups<Element> {
  /// The groups.
  package private(set) var groups: [[Element]] = []
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable {
    let places: [CodeTexts.Place]
    let shared: AwaitChain.Shared?
  }

  /// - Parameters:
  ///   - apart: whether each element gets a group of its own.
  ///   - shared: the frames that an element leaves out because an earlier one has them.
  package init(
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
