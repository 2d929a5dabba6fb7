package import CPython
package import MemoryImage

/// Writes objects as text in the manner of Python.
package struct ObjectPrinter: Sendable {
  private let inferior: Inferior
  private let options: PrintingOptions

  package init(_ inferior: Inferior, options: PrintingOptions) {
    self.inferior = inferior
    self.options = options
  }

  /// The object at `address` with its contents, over several lines where it has several entries; ends in `@ADDRESS`.
  package func text(of address: Address) -> String {
    var writer = ObjectWriter(inferior, options: options)
    writer.writeRoot(address)
    return writer.text
  }
}

/// Writes one root.
struct ObjectWriter {
  let inferior: Inferior
  let options: PrintingOptions
  /// What has been written so far.
  var text = ""
  /// The objects that contain the one being written.
  var path: [Address] = []
  /// The line break before an entry, with the indentation of the container that is being written.
  var lineBreak = "\n"
  /// How many objects may still be written.
  var budget = PrintingOptions.objectBudget

  init(_ inferior: Inferior, options: PrintingOptions) {
    self.inferior = inferior
    self.options = options
  }

  /// The depth of the next object.
  var depth: Int { path.count }

  /// Writes the root.
  mutating func writeRoot(_ address: Address) {
    write(address, isRoot: true)
  }

  /// Writes an object that another holds.
  mutating func write(_ address: Address, isRoot: Bool = false) {
    guard !address.isNull else {
      text += "NULL"
      return
    }
    guard budget > 0, text.utf8.count < PrintingOptions.longestText else {
      text += "<!too_many_objects>@\(address)"
      return
    }
    budget -= 1
    guard let header = inferior.object(at: address) else {
      text += "<!invalid_object>@\(address)"
      return
    }
    let name = PythonText.escaped(inferior.types.types[Int(header.type.number)].name)
    if path.contains(address), !isDescribed(header) {
      text += "<\(name) !recursive_repr>"
      if !hidesAddress(header) { text += "@\(address)" }
      return
    }
    guard header.invalidReason(in: inferior) == nil else {
      text += "<\(name) !invalid_data>@\(address)"
      return
    }
    write(header.shape(in: inferior, limit: limit(of: header)), of: header, isRoot: isRoot)
    if isRoot || !hidesAddress(header) { text += "@\(address)" }
  }

  /// Whether a nested object is written as a description on one line, and so cannot contain itself.
  private func isDescribed(_ header: ObjectHeader) -> Bool {
    if case .described = header.shape(in: inferior, limit: 0) { true } else { false }
  }

  /// Whether a nested object is written as its value alone.
  private func hidesAddress(_ header: ObjectHeader) -> Bool {
    if options.showAllAddresses { return false }
    switch header.type.kind {
    case .none, .bool, .int, .float, .complex, .str, .bytes, .byteArray, .tuple, .list, .dict, .set:
      let type = inferior.types.types[Int(header.type.number)]
      return type.isBuiltin && type.isOfOwnKind
    default: return false
    }
  }

  private func limit(of header: ObjectHeader) -> Int {
    switch header.type.kind {
    case .str, .bytes, .byteArray, .bytesIO, .stringIO: options.maxStringLength
    default: options.maxEntries
    }
  }
}
