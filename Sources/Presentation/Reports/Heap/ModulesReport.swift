import CPython
package import HeapAnalysis
import MemoryImage

/// What `find-module` reports.
package struct ModulesReport: Encodable, Sendable {
  let modules: [Row]

  /// A module.
  struct Row: Encodable, Sendable {
    let name: String
    let address: String
    let file: String?
    let dict: String?
    let variables: Int
    let dictBytes: Int
  }

  package init(_ modules: [ModuleList.Module]) {
    self.modules = modules.map { module in
      Row(
        name: module.name ?? "?", address: module.header.address.description, file: module.file,
        dict: module.dict.isNull ? nil : module.dict.description, variables: module.variableCount,
        dictBytes: module.dictByteCount)
    }
  }
}
