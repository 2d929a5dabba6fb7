import CPython
import HeapAnalysis
import MemoryImage
import Presentation
import SnapshotFormats

/// A thread as it is reported.
struct ThreadEntry: Encodable {
  let address: String
  /// Null for one that is in no list, where its interpreter cannot be read.
  let interpreter: Int?
  /// `threading.get_ident()` and `threading.get_native_id()`; null where the latter is not known.
  let ident: UInt64
  let nativeThreadId: UInt64?
  /// The name and address of the `threading.Thread`, for a thread that the module knows.
  let name: String?
  let thread: String?
  /// Null where it is not known.
  let holdsGil: Bool?
  let waitsForGil: Bool?
  /// Whether it is in no list of threads: only with --exhaustive.
  let isLost: Bool

  init(_ thread: PythonThread) {
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
  var line: String {
    var words = ["thread", name.map { PythonText.quoted($0) } ?? "without a name", "ident=\(ident)"]
    if let nativeThreadId { words.append("native=\(nativeThreadId)") }
    if let interpreter, interpreter != 0 { words.append("interpreter=\(interpreter)") }
    if holdsGil == true { words.append("holds the GIL") }
    if waitsForGil == true { words.append("waits for the GIL") }
    if isLost { words.append("in no list of threads") }
    return "<\(words.joined(separator: " "))>@\(address)"
  }
}

extension Session {
  /// The threads of a process.
  ///
  /// - Parameter exhaustive: whether all memory is searched for thread states that are in no list.
  func threads(of python: OpenedInferior, exhaustive: Bool = false) -> ThreadList {
    let lost =
      exhaustive
      ? searching { UnlinkedThreadStates.find(of: python.runtime, in: python.inferior, threadCount: threadCount) } : []
    return ThreadList(of: python.runtime, native: snapshot.threads, lost: lost, in: python.inferior)
  }

  /// The threads of the process, all of its types known.
  func threads(exhaustive: Bool = false) throws -> ThreadList { threads(of: try python(), exhaustive: exhaustive) }
}
