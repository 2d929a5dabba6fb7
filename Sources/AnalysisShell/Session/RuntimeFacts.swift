import CPython
import MemoryImage

/// What `info` and `show-analysis-data` report of the running Python.
struct RuntimeFacts: Encodable {
  /// Where `_PyRuntime` is, if it was found.
  let address: String?
  /// How it was found: `debug offsets` or `structure`.
  let source: String
  /// The thread state of the thread that ends Python, if one does.
  let finalizingThread: String?
  let interpreters: [Interpreter]

  init(_ runtime: RuntimeState) {
    address = runtime.address?.description
    source = runtime.source.rawValue
    finalizingThread = runtime.finalizingThread?.description
    interpreters = runtime.interpreters.map { Interpreter($0) }
  }

  /// What `info` reports, in words.
  var lines: [String] {
    [
      "runtime: \(address ?? "not found") by \(source)" + (finalizingThread.map { ", ended by the thread \($0)" } ?? "")
    ]
      + interpreters.map { interpreter in
        let title = interpreter.isMain ? "interpreter \(interpreter.id) (main)" : "interpreter \(interpreter.id)"
        let modules = interpreter.modules.map { "\($0)" } ?? "unknown"
        return "\(title): \(interpreter.address), threads \(interpreter.threads.count), modules \(modules)"
      }
  }

  /// What `show-analysis-data` reports in addition.
  var details: [String] {
    lines.prefix(1)
      + zip(lines.dropFirst(), interpreters).flatMap { line, interpreter in
        [
          line,
          "  sys.modules \(interpreter.sysModules), sys.__dict__ \(interpreter.sysDict), "
            + "builtins.__dict__ \(interpreter.builtinsDict)",
        ]
          + interpreter.threads.map { thread in
            let native = thread.nativeThreadId.map { ", native \($0)" } ?? ""
            return "  thread \(thread.address): ident \(thread.ident)\(native), frame \(thread.frame ?? "none")"
          }
      }
  }
}

extension RuntimeFacts {
  /// An interpreter, the main one or a sub-interpreter.
  struct Interpreter: Encodable {
    let id: Int
    let isMain: Bool
    let address: String
    /// The number of modules in `sys.modules`; null where that is no dict.
    let modules: Int?
    let sysModules: String
    let sysDict: String
    let builtinsDict: String
    /// The oldest first.
    let threads: [Thread]

    init(_ state: InterpreterState) {
      id = state.id
      isMain = state.isMain
      address = state.address.description
      modules = state.moduleCount
      sysModules = state.modules.description
      sysDict = state.sysdict.description
      builtinsDict = state.builtins.description
      threads = state.threads.map { Thread($0) }
    }
  }

  /// A thread of an interpreter.
  struct Thread: Encodable {
    let address: String
    /// `threading.get_ident()`, and `threading.get_native_id()` where Python keeps it.
    let ident: UInt64
    let nativeThreadId: UInt64?
    /// The frame that runs, if one does.
    let frame: String?

    init(_ state: ThreadState) {
      address = state.address.description
      ident = state.threadID
      nativeThreadId = state.nativeThreadID
      frame = state.currentFrame.isNull ? nil : state.currentFrame.description
    }
  }
}
