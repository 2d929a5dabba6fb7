package import CPython
package import MemoryImage

/// The modules of a process, those no longer imported included.
package struct ModuleList: Sendable {
  /// What is known of one module.
  package struct Module: Sendable {
    /// The module object, and the dict of its variables (null if it has none).
    package let header: ObjectHeader
    package let dict: Address
    /// Its name: `md_name`, else `__name__` of the dict. Its file: `__file__`.
    package let name: String?
    package let file: String?
    /// How many variables it has, and the size of their dict as `sys.getsizeof` counts it, in bytes.
    package let variableCount: Int
    package let dictByteCount: Int

    init(_ header: ObjectHeader, in inferior: Inferior) {
      let module = try? PyModuleObject(header, in: inferior)
      self.header = header
      dict = module?.dict ?? .null
      let variables = inferior.object(at: dict).flatMap { try? PyDictObject($0, in: inferior) }
      func text(_ key: String) -> String? {
        variables?.value(forKey: key, in: inferior).flatMap { inferior.shownString(at: $0) }
      }
      name = module.flatMap { inferior.shownString(at: $0.name) } ?? text("__name__")
      file = text("__file__")
      variableCount = variables?.count ?? 0
      dictByteCount = inferior.object(at: dict)?.byteCount(in: inferior) ?? 0
    }
  }

  /// The modules in the order of their addresses.
  package let modules: [Module]

  /// Finds all modules, subclasses' instances included.
  package init(in heap: Heap) {
    let inferior = heap.inferior
    let types = Set(inferior.types.traits.filter { $0.kind == .module }.map { Int($0.number) })
    var modules: [Module] = []
    heap.index.forEachObject(ofTypes: types) { header in
      modules.append(Module(header, in: inferior))
      return true
    }
    self.modules = modules
  }
}
