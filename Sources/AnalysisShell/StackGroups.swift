import CPython
import HeapAnalysis
import MemoryImage

/// Things that stand at the same places, taken together in the order of the first of each.
struct StackGroups<Element> {
  /// The groups.
  private(set) var groups: [[Element]] = []
  private var numbers: [[CodeTexts.Place]: Int] = [:]

  /// - Parameter apart: leaves each thing in a group of its own.
  init(_ elements: [Element], apart: Bool, frames: (Element) -> [Frame]) {
    for element in elements {
      let key = apart ? [] : frames(element).map { CodeTexts.Place($0) }
      if !key.isEmpty, let number = numbers[key] {
        groups[number].append(element)
      } else {
        if !key.isEmpty { numbers[key] = groups.count }
        groups.append([element])
      }
    }
  }
}
