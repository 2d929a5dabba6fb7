package import CPython
package import MemoryImage

extension ObjectPrinter {
  /// The object at `address` in a few words, for a sentence about something else. Of a text it gives the length and at
  /// most the first `PythonText.mentionLength` characters, as messages may go where secrets are not protected.
  package static func mention(of address: Address, in inferior: Inferior) -> String {
    guard let header = inferior.object(at: address) else { return "<!invalid_object>@\(address)" }
    let name = PythonText.clipped(PythonText.escaped(inferior.types.types[Int(header.type.number)].name))
    guard header.invalidReason(in: inferior) == nil else { return "<\(name) !invalid_data>@\(address)" }
    switch header.shape(in: inferior, limit: PythonText.mentionLength) {
    case .text(let codePoints, let length):
      return "<\(name) len=\(length) \(PythonText.clipped(PythonText.quoted(codePoints)))>@\(address)"
    case .bytes(_, let bytes, let length, _):
      return "<\(name) len=\(length) \(PythonText.clipped(PythonText.quoted(bytes)))>@\(address)"
    default:
      var options = PrintingOptions()
      options.short = true
      options.maxStringLength = PythonText.mentionLength
      let text = ObjectPrinter(inferior, options: options).text(of: address)
      let end = "@\(address)"
      let value = text.hasSuffix(end) ? String(text.dropLast(end.count)) : text
      return value.hasPrefix("<") && value.unicodeScalars.count > PythonText.mentionLength
        ? PythonText.clipped(value) + ">" + end : PythonText.clipped(value) + end
    }
  }
}
