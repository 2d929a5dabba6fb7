import CPython
import MemoryImage

extension ObjectWriter {
  /// Writes an object by its shape.
  mutating func write(_ shape: ObjectShape, of header: ObjectHeader, isRoot: Bool) {
    switch shape {
    case .atom(let value): text += PythonText.escaped(value)
    case .text(let codePoints, let length): write(codePoints: codePoints, length: length)
    case .bytes(let prefix, let bytes, let length, let suffix):
      write(bytes: bytes, length: length, prefix: prefix, suffix: suffix)
    case .sequence(let typeName, let open, let items, let count, let close):
      guard isLookedInto(typeName: typeName, count: count) else { return }
      path.append(header.address)
      writeEntries(items, count: count, open: open, close: close) { $0.write($1) }
      path.removeLast()
    case .mapping(let typeName, let open, let entries, let count, let close):
      guard isLookedInto(typeName: typeName, count: count) else { return }
      path.append(header.address)
      writeEntries(entries, count: count, open: open, close: close) { writer, entry in
        writer.write(entry.key)
        writer.text += ": "
        writer.write(entry.value)
      }
      path.removeLast()
    case .values(let typeName, let open, let items, let count, let close):
      guard isLookedInto(typeName: typeName, count: count) else { return }
      write(values: items, count: count, open: open, close: close)
    case .composed(let typeName, let parts, let fields):
      let showsFields = isRoot && !fields.isEmpty && !options.short && depth < options.recursionLimit
      let start = text.endIndex
      write(parts: parts, typeName: typeName, of: header)
      if showsFields {
        // The fields go between brackets: existing ones, or new ones.
        if text[start...].hasPrefix("<") { text.removeLast() } else { text.insert("<", at: start) }
        write(fields: fields, of: header)
        text += ">"
      }
    case .described(let summary, let fields):
      text += "<" + PythonText.escaped(summary)
      if isRoot && !options.short && depth < options.recursionLimit { write(fields: fields, of: header) }
      text += ">"
    case .instance(let typeName, let value, let attributes):
      write(instanceOf: PythonText.escaped(typeName), value: value, attributes: attributes, header: header)
    case .invalid(let typeName):
      text += "<\(PythonText.escaped(typeName)) !invalid_data>"
    }
  }

  /// Whether a container's entries are written; otherwise writes a replacement for them.
  private mutating func isLookedInto(typeName: String, count: Int) -> Bool {
    if count == 0 { return true }
    if options.short {
      text += "<\(PythonText.escaped(typeName)) len=\(count)>"
      return false
    }
    if depth >= options.recursionLimit {
      text += "<\(PythonText.escaped(typeName)) !recursion_depth len=\(count)>"
      return false
    }
    return true
  }

  /// Writes entries between brackets: a single one on the same line, several on a line each.
  mutating func writeEntries<Entry>(
    _ entries: [Entry], count: Int, open: String, close: String, _ write: (inout ObjectWriter, Entry) -> Void
  ) {
    let shown = entries.prefix(max(0, options.maxEntries))
    let outer = lineBreak
    let isOnOneLine = count <= 1
    text += open
    if !isOnOneLine { lineBreak += "  " }
    for entry in shown {
      if !isOnOneLine { text += lineBreak }
      write(&self, entry)
      if !isOnOneLine { text += "," }
    }
    if count > shown.count {
      if !isOnOneLine { text += lineBreak }
      text += "...<\(count - shown.count) more>"
    }
    lineBreak = outer
    if !isOnOneLine { text += lineBreak }
    text += close
  }

  private mutating func write(fields: [ObjectShape.Field], of header: ObjectHeader) {
    let shown = fields.filter { !(options.omitFrameBack && $0.name == "f_back") }
    guard !shown.isEmpty else { return }
    path.append(header.address)
    let outer = lineBreak
    lineBreak += "  "
    for field in shown {
      text += lineBreak + PythonText.escaped(field.name) + "="
      write(field.value, of: header)
    }
    lineBreak = outer
    text += lineBreak
    path.removeLast()
  }

  /// Writes the value of a field.
  mutating func write(_ value: ObjectShape.Value, of header: ObjectHeader) {
    switch value {
    case .object(let address): write(address)
    case .text(let value): text += PythonText.escaped(value)
    case .shape(let shape): write(shape, of: header, isRoot: false)
    }
  }
}
