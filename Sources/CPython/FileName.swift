import MemoryImage

/// What the classes of `io` call the file they stand for: the attribute `name` of the innermost one.
struct FileName {
  /// The name as `repr` writes it; nil if there is none.
  let text: String?

  /// ` name='…'`, or nothing.
  var suffix: String { text.map { " name=\($0)" } ?? "" }

  /// The name of the file object at `address`: its own, or that of what it reads or writes.
  init(of address: Address, in inferior: Inferior) {
    var next = address
    // A wrapper of text, a buffer, a file.
    for _ in 0..<4 {
      guard let header = inferior.object(at: next) else { break }
      if let name = Instance(header).attribute("name", in: inferior) {
        text = inferior.briefText(of: name)
        return
      }
      let layout = inferior.layout
      let field: Int
      if header.type.kind == .buffered {
        field = layout.buffered.raw.bytes
      } else if inferior.types.types[Int(header.type.number)].structure?.name == "textio" {
        field = layout.textIO.buffer.bytes
      } else {
        break
      }
      next = (try? inferior.memory.load(at: next + field)) ?? .null
    }
    text = nil
  }
}
