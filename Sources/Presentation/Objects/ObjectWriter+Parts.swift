import CPython
import MemoryImage

private extension ObjectShape.Part {
  /// Whether the part is written without reading any other object.
  var isPlain: Bool {
    switch self {
    case .text, .shape(.atom): true
    default: false
    }
  }
}

extension ObjectWriter {
  /// Writes plain values between brackets, on one line.
  mutating func write(values: [String], count: Int, open: String, close: String) {
    let shown = values.prefix(max(0, options.maxEntries))
    text += open + shown.map(PythonText.escaped).joined(separator: ", ")
    if count > shown.count { text += (shown.isEmpty ? "" : ", ") + "...<\(count - shown.count) more>" }
    text += close
  }

  /// Writes the parts of an object in a row; where it is not expanded, its type's name alone.
  mutating func write(parts: [ObjectShape.Part], typeName: String, of header: ObjectHeader) {
    guard parts.allSatisfy(\.isPlain) || !options.short && depth < options.recursionLimit else {
      text += "<\(PythonText.escaped(typeName))\(options.short ? "" : " !recursion_depth")>"
      return
    }
    for part in parts {
      switch part {
      case .text(let value): text += PythonText.escaped(value)
      case .shape(let shape): write(shape, of: header, isRoot: false)
      case .object(let address):
        path.append(header.address)
        write(address)
        path.removeLast()
      }
    }
  }
}
