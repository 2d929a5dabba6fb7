package import CPython
package import MemoryImage

/// The names and source positions of functions. Each code object, of which there are few, is read once; the answer
/// serves each frame, of which there are many.
package struct CodeTexts {
  /// A function and its file, as the dump has them.
  package struct Text: Sendable {
    package let function: String
    package let file: String
    /// The line at which the function begins.
    package let firstLine: Int
  }

  private let inferior: Inferior
  private var texts: [Address: Text] = [:]
  private var lines: [Place: Int?] = [:]

  /// Where a frame is suspended or runs.
  package struct Place: Hashable, Sendable {
    package let code: Address
    package let offset: Int

    package init(_ frame: Frame) {
      code = frame.code
      offset = frame.instructionOffset
    }
  }

  package init(_ inferior: Inferior) {
    self.inferior = inferior
  }

  /// The function that runs in a code object.
  package mutating func text(of code: Address) -> Text {
    if let text = texts[code] { return text }
    let object = inferior.isObject(code, ofKind: .code) ? try? PyCodeObject(at: code, in: inferior) : nil
    let text = Text(
      function: object?.name(in: inferior) ?? "?", file: object?.filename(in: inferior) ?? "?",
      firstLine: object?.firstLine(in: inferior) ?? 0)
    texts[code] = text
    return text
  }

  /// The line at which a frame is; nil where its instruction has none.
  package mutating func line(at place: Place) -> Int? {
    if let line = lines[place] { return line }
    let line = (try? PyCodeObject(at: place.code, in: inferior))?.line(atOffset: place.offset, in: inferior)
    lines[place] = .some(line)
    return line
  }
}
