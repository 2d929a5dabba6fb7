import MemoryImage

/// The name of the file of an `io` object, and whether the file is closed. The name is the attribute `name` of the
/// outermost of its objects that has one.
struct FileName {
  /// The name as `repr` writes it; nil if there is none.
  private(set) var text: String?
  /// Whether the underlying file is closed.
  private(set) var isClosed = false

  /// ` name='…'` if there is a name, and ` closed` if the file is closed.
  var suffix: String { (text.map { " name=\($0)" } ?? "") + (isClosed ? " closed" : "") }

  /// The name of the file object at `address`: its own, or that of its underlying file.
  init(of address: Address, in inferior: Inferior) {
    var next = address
    // A text wrapper, a buffer, a file.
    for _ in 0..<4 {
      guard let header = inferior.object(at: next) else { break }
      if text == nil, let name = Instance(header).attribute("name", in: inferior) {
        text = inferior.briefText(of: name)
      }
      let layout = inferior.layout
      let field: Int
      switch (header.type.kind, inferior.types.types[Int(header.type.number)].structure?.name) {
      case (.buffered, _): field = layout.buffered.raw.bytes
      case (_, "textio"): field = layout.textIO.buffer.bytes
      case (_, "fileio"):
        isClosed = ((try? inferior.memory.load(Int32.self, at: next + layout.fileIO.fd.bytes)) ?? 0) < 0
        return
      default: return
      }
      next = (try? inferior.memory.load(at: next + field)) ?? .null
    }
  }
}
