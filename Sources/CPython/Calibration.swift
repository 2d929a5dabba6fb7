package import MemoryImage
package struct Calibration: Sendable {
  package struct Check: Sendable { package let name: String; package let passes: Bool }
  package let checks: [Check] = []
  package var passedCount: Int { 0 }
  package var totalCount: Int { 0 }
  package var failed: [String] { [] }
  package init(of inferior: Inferior, typeObject: Address) {}
}
