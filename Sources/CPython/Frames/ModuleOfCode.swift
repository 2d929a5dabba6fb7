import MemoryImage

extension Frame {
  /// The name of the module that contains the function's code: see `Inferior.module(ofCode:globals:)`.
  package func moduleName(in inferior: Inferior) -> String? { inferior.module(ofCode: code, globals: globals) }
}

extension PyFunctionObject {
  /// The name of the module that contains the function's code: see `Inferior.module(ofCode:globals:)`.
  package func codeModule(in inferior: Inferior) -> String? {
    inferior.module(ofCode: code(in: inferior), globals: globals(in: inferior))
  }
}

extension Inferior {
  /// The name of the module that contains a function's code. The function's globals state a name; it counts if the module
  /// of that name in `sys.modules` has these globals as its variables, and the code is from the file that the module
  /// states. A module of an application that is named like one of the library differs: its name has a package before it,
  /// or its file is in another place.
  fileprivate func module(ofCode code: Address, globals: Address) -> String? {
    guard let variables = dict(at: globals),
      let name = variables.value(forKey: "__name__", in: self).flatMap({ string(at: $0, limit: 256) }),
      let code = try? PyCodeObject(at: code, in: self), let file = code.filename(in: self)
    else { return nil }
    let tables = moduleTables.compactMap { dict(at: $0) }.filter { $0.count > 0 }
    // At the end of a process the modules are unknown; the name has to do.
    let isModule =
      tables.isEmpty
      || tables.contains { table in
        guard let module = table.value(forKey: name, in: self).flatMap({ object(at: $0) }), module.type.kind == .module
        else { return false }
        return (try? PyModuleObject(module, in: self))?.dict == globals
      }
    guard isModule else { return nil }
    let stated = variables.value(forKey: "__file__", in: self).flatMap { string(at: $0) }
    return Self.isCode(from: file, of: name, at: stated) ? name : nil
  }

  /// Whether code compiled from `file` belongs to the module whose `__file__` is `stated`. Frozen code, and code without
  /// its source, states the path at which it was compiled; then only the file's name is compared.
  private static func isCode(from file: String, of module: String, at stated: String?) -> Bool {
    if file == stated || file.hasPrefix("<frozen ") { return true }
    guard let stated else { return stem(of: file) == module.split(separator: ".").last.map(String.init) }
    return stated.hasSuffix(".pyc") && stem(of: file) == stem(of: stated)
  }

  /// A file's name without folders and extension.
  private static func stem(of path: String) -> String? {
    path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) }
  }
}
