import CLineEditor
import Glibc

/// The source of an interactive session's lines: the line editor on a terminal, plain lines otherwise.
struct Prompt {
  private let text: String
  private let isTerminal = isatty(STDIN_FILENO) == 1

  init(name: String) {
    text = "\(name)> "
  }

  /// The next line without its end; nil at the end of the input.
  func nextLine() -> String? {
    guard isTerminal else { return readLine(strippingNewline: true) }
    // SAFETY: the line is ours until we give it back, and it ends in a null byte.
    guard let line = unsafe line_editor_read(text) else { return nil }
    defer { unsafe line_editor_free(line) }
    let copy = unsafe String(cString: line)
    if copy.contains(where: { !$0.isWhitespace }) { unsafe line_editor_remember(line) }
    return copy
  }
}
