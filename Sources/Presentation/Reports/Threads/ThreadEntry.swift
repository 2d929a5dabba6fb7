import CPython
package import HeapAnalysis
import MemoryImage

/// A thread as it is reported.
package struct ThreadEntry: Encodable, Sendable {
  package let address: String
  /// Null for one that is in no list, where its interpreter cannot be read.
  package let interpreter: Int?
  /// `threading.get_ident()` and `threading.get_native_id()`; null where the latter is not known.
  package let ident: UInt64
  package let nativeThreadId: UInt64?
  /// The name and address of the `threading.Thread`, for a thread that the module knows.
  package let name: String?
  package let thread: String?
  /// Null where it is not known.
  package let holdsGil: Bool?
  package let waitsForGil: Bool?
  /// Whether it is in no list of threads: only with --exhaustive.
  package let isLost: Bool

  package init(_ thread: PythonThread) {
    address = thread.state.address.description
    interpreter = thread.interpreter
    ident = thread.state.threadID
    nativeThreadId = thread.nativeID
    name = thread.name
    self.thread = thread.object?.description
    holdsGil = thread.holdsGIL
    waitsForGil = thread.waitsForGIL
    isLost = thread.isLost
  }

  /// The thread on one line: `<thread 'MainThread' ident=139720 native=4711 holds the GIL>@ADDRESS`.
  package var line: String {
    var words = ["thread", name.map { PythonText.quoted($0) } ?? "without a name", "ident=\(ident)"]
    if let nativeThreadId { words.append("native=\(nativeThreadId)") }
    if let interpreter, interpreter != 0 { words.append("interpreter=\(interpreter)") }
    if holdsGil == true { words.append("holds the GIL") }
    if waitsForGil == true { words.append("waits for the GIL") }
    if isLost { words.append("in no list of threads") }
    return "<\(words.joined(separator: " "))>@\(address)"
  }
}
