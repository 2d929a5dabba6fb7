package import MemoryImage

/// An exception with where it came from, as it lay in the inferior's memory.
///
/// Mirrors `PyBaseExceptionObject` in CPython's `Include/cpython/pyerrors.h`. It is one of the structures that generated
/// tables describe; this is a closer look at it.
package struct PyBaseExceptionObject: Sendable {
  package let address: Address
  /// What it was raised with (`args`), a tuple.
  package let arguments: Address
  /// The newest part of the traceback (`traceback`), null if it was not raised.
  package let traceback: Address
  /// What it was raised from (`cause`), and what was being handled when it was raised (`context`); null if there is none.
  package let cause: Address
  package let context: Address
  /// Whether tracebacks leave out the context (`suppress_context`).
  package let suppressesContext: Bool

  /// The exception at an address; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    let layout = inferior.layout.exception
    guard let header = inferior.object(at: address), header.type.flags.contains(.baseExceptionSubclass),
      let record = try? inferior.memory.record(at: address, size: layout.size)
    else { return nil }
    self.address = address
    arguments = record[layout.args]
    traceback = record[layout.traceback]
    cause = record[layout.cause]
    context = record[layout.context]
    suppressesContext = record[layout.suppress_context] != 0
  }

  /// One function that an exception passed through.
  package struct TracebackEntry: Sendable {
    /// The `traceback` object. Exceptions may share it, and with it all that follow.
    package let address: Address
    package let frame: Frame
    /// The line at which it was.
    package let line: Int?
  }

  /// More functions than any traceback has: a limit for hostile dumps.
  private static let tracebackLimit = 1 << 20

  /// Calls `body` with the functions that it passed through, the outermost first, as `__traceback__` has them, until `body`
  /// returns false.
  package func forEachTracebackEntry(in inferior: Inferior, _ body: (TracebackEntry) -> Bool) {
    let layout = inferior.layout.traceback
    var next = traceback
    for _ in 0..<Self.tracebackLimit {
      guard !next.isNull, let record = try? inferior.memory.record(at: next, size: layout.size),
        let header = inferior.object(at: record[layout.tb_frame]), header.type.kind == .frame,
        let frame = (try? PyFrameObject(header, in: inferior))?.frame
      else { return }
      let code = try? PyCodeObject(at: frame.code, in: inferior)
      // Since 3.12 the line may be found only when somebody asks for it.
      let line =
        record[layout.tb_lineno] > 0
        ? Int(record[layout.tb_lineno]) : code?.line(atOffset: Int(record[layout.tb_lasti]), in: inferior)
      guard body(TracebackEntry(address: next, frame: frame, line: line)) else { return }
      next = record[layout.tb_next]
    }
  }
}
