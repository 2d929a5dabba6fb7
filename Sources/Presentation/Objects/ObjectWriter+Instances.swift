import CPython
import MemoryImage

extension ObjectWriter {
  /// The maximum number of attributes of an instance that are counted.
  private static let attributeLimit = 100_000

  /// Writes an instance of a Python class: its name, the value of the built-in type it derives from, its attributes.
  mutating func write(
    instanceOf name: String, value: ObjectShape?, attributes: [ObjectShape.Field], header: ObjectHeader
  ) {
    text += "<\(name)"
    defer { text += ">" }
    if options.short { return }
    if value == nil && attributes.isEmpty && options.maxEntries > 0 { return }
    guard depth < options.recursionLimit else {
      text += " !recursion_depth"
      return
    }
    if let value {
      text += " "
      write(value, of: header, isRoot: false)
    }
    // The limit for strings or the one for entries may have cut the shape. If so, the attributes are counted.
    let all =
      attributes.count < options.maxEntries || value?.isModule == true
      ? attributes : Instance(header).attributes(in: inferior, limit: Self.attributeLimit)
    guard !all.isEmpty else { return }
    text += " "
    path.append(header.address)
    writeEntries(all, count: all.count, open: "{", close: "}") { writer, attribute in
      writer.text += PythonText.quoted(attribute.name) + ": "
      writer.write(attribute.value, of: header)
    }
    path.removeLast()
  }
}

private extension ObjectShape {
  /// Whether it is a module, which is written by its description: its attributes are its globals, and not among its fields.
  var isModule: Bool {
    if case .described = self { true } else { false }
  }
}
