package import CPython
package import MemoryImage

/// Describes the part by which an object refers to another: `[3]`, `['key']`, `.name`, `func_closure`.
package struct ReferentPartText: Sendable {
  private let inferior: Inferior
  private let options: PrintingOptions

  /// The maximum length of a dict's key that is written out, in characters.
  private static let keyLength = 64

  package init(_ inferior: Inferior) {
    self.inferior = inferior
    var options = PrintingOptions()
    options.short = true
    options.maxStringLength = Self.keyLength
    self.options = options
  }

  /// The text for a part of something that is no object, such as a frame that runs `code`.
  package func text(of part: ReferentPart, inFrameOf code: Address?) -> String {
    switch part {
    case .field(let name): name.description
    case .variable(let number): "local \(variable(number, of: code))"
    case .stack(let number): "stack[\(number)]"
    default: "?"
    }
  }

  /// The text for a part of the object at `header`.
  package func text(of part: ReferentPart, in header: ObjectHeader) -> String {
    switch part {
    case .field(let name): name.description
    case .structureField(let number): fieldName(number)
    case .item(let index): "[\(index)]"
    case .itemField(let index, let offset): itemField(index, offset, of: header)
    case .value(let key): "[\(short(key))]"
    case .key: header.type.kind == .set ? "item" : "key"
    case .attribute(let number): "." + attribute(number, of: header)
    case .member(let number): "." + PythonText.escaped(memberName(number))
    case .variable(let number): "local \(variable(number, of: code(of: header)))"
    case .stack(let number): "stack[\(number)]"
    case .word(let offset): "+\(offset)"
    case .blockWord(let offset, let inner): "+\(offset)->+\(inner)"
    }
  }

  private func short(_ address: Address) -> String {
    var writer = ObjectWriter(inferior, options: options)
    writer.write(address)
    return writer.text
  }

  private func attribute(_ number: Int, of header: ObjectHeader) -> String {
    let keys = inferior.types.walks[Int(header.type.number)].sharedKeys
    guard let key = try? PyDictKeys(at: keys, in: inferior).key(number, in: inferior),
      let name = inferior.shownString(at: key)
    else { return "?" }
    return PythonText.escaped(name)
  }

  private func itemField(_ index: Int, _ offset: Int, of header: ObjectHeader) -> String {
    let descriptor =
      header.type.kind == .arrayOfNumpy
      ? (try? PyArrayObject(header, in: inferior))?.descriptor
      : (try? NumpyScalar(header, in: inferior))?.descriptor(in: inferior)
    let path = descriptor.flatMap { PyArrayDescr(at: $0, in: inferior) }?.path(to: offset, in: inferior) ?? "+\(offset)"
    // A single structure is no array.
    return header.type.kind == .arrayOfNumpy ? "[\(index)]\(path)" : path
  }

  private func fieldName(_ number: Int) -> String {
    let names = inferior.types.fieldNames
    return names.indices.contains(number) ? names[number] : "?"
  }

  private func memberName(_ number: Int) -> String {
    let names = inferior.types.memberNames
    return names.indices.contains(number) ? names[number] : "?"
  }

  private func code(of header: ObjectHeader) -> Address? {
    switch header.type.kind {
    case .frame: (try? PyFrameObject(header, in: inferior))?.frame?.code
    case .generator, .coroutine, .asyncGenerator: (try? PyGenObject(header, in: inferior))?.code
    default: nil
    }
  }

  private func variable(_ number: Int, of code: Address?) -> String {
    guard let code, let names = (try? PyCodeObject(at: code, in: inferior))?.variableNames(in: inferior),
      names.indices.contains(number), let name = inferior.shownString(at: names[number])
    else { return "\(number)" }
    return PythonText.escaped(name)
  }
}
