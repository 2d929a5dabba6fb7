package import MemoryImage

/// An exception with its traceback and causes, in the inferior's memory.
///
/// Mirrors `PyBaseExceptionObject` in CPython's `Include/cpython/pyerrors.h`. It is one of the structures that generated
/// tables describe; this type gives it named fields.
package struct PyBaseExceptionObject: Sendable {
  package let address: Address
  /// The arguments of the exception (`args`), a tuple.
  package let arguments: Address
  /// The newest entry of the traceback (`traceback`), null if the exception was not raised.
  package let traceback: Address
  /// The exception it was raised from (`cause`), and the one handled when it was raised (`context`); null if there is none.
  package let cause: Address
  package let context: Address
  /// Whether tracebacks leave out the context (`suppress_context`).
  package let suppressesContext: Bool

  /// The exception at `address`; nil if there is none.
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

  /// A function that an exception passed through.
  package struct TracebackEntry: Sendable {
    /// The `traceback` object. Exceptions may share it, and then also all entries after it.
    package let address: Address
    package let frame: Frame
    /// The line at which the function was.
    package let line: Int?
  }

  /// More entries than any traceback has: a limit for hostile dumps.
  private static let tracebackLimit = 1 << 20

  /// Calls `body` with the functions that the exception passed through, outermost first, as in `__traceback__`, until
  /// `body` returns false.
  package func forEachTracebackEntry(in inferior: Inferior, _ body: (TracebackEntry) -> Bool) {
    let layout = inferior.layout.traceback
    var next = traceback
    for _ in 0..<Self.tracebackLimit {
      guard !next.isNull, let record = try? inferior.memory.record(at: next, size: layout.size),
        let header = inferior.object(at: record[layout.tb_frame]), header.type.kind == .frame,
        let frame = (try? PyFrameObject(header, in: inferior))?.frame
      else { return }
      let code = try? PyCodeObject(at: frame.code, in: inferior)
      // Since 3.12 the line may be computed only on request.
      let line =
        record[layout.tb_lineno] > 0
        ? Int(record[layout.tb_lineno]) : code?.line(atOffset: Int(record[layout.tb_lasti]), in: inferior)
      guard body(TracebackEntry(address: next, frame: frame, line: line)) else { return }
      next = record[layout.tb_next]
    }
  }
}
