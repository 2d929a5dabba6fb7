package import CPython
package import MemoryImage
package struct HeapScanner {
  package init(_ inferior: Inferior, threadCount: Int) {}
  package func scan() -> ObjectIndex { ObjectIndex() }
}
package struct TypeTotal: Sendable { package let typeNumber: Int; package let objectCount: Int; package let byteCount: Int }
package final class ObjectIndex: Sendable {
  package let objectCount = 0
  package let byteCount = 0
  package let typeTotals: [TypeTotal] = []
  package let dropped: [InvalidReason: Int] = [:]
  package func forEachObject(_ body: (ObjectHeader) -> Bool) {}
  package func contains(_ address: Address) -> Bool { false }
  package func forEachObject(ofTypes numbers: Set<Int>, _ body: (ObjectHeader) -> Bool) {}
}
package struct StringStatistics {
  package static func of(kind: ObjectKind, in index: ObjectIndex, inferior: Inferior, smallerThan: Int?, largerThan: Int?, threadCount: Int) -> StringStatistics { StringStatistics() }
  package let objectCount = 0
  package let byteCount = 0
  package let histogram: [(maximum: Int, count: Int)] = []
  package let matches: [ObjectHeader] = []
}
package struct LayoutValidation {
  package struct TypeResult { package let typeNumber: Int; package let checked: Int; package let invalid: Int; package let reasons: [InvalidReason: Int]; package let examples: [(Address, InvalidReason)] }
  package let types: [TypeResult] = []
  package var invalidCount: Int { 0 }
  package static func run(typeNumbers: Set<Int>?, index: ObjectIndex, inferior: Inferior, threadCount: Int) -> LayoutValidation { LayoutValidation() }
  package static func reason(of address: Address, inferior: Inferior) -> InvalidReason? { nil }
}
