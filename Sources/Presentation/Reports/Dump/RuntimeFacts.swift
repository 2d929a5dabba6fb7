package import CPython
import MemoryImage

/// What `info` and `show-analysis-data` report of the running Python.
package struct RuntimeFacts: Encodable, Sendable {
  /// Where `_PyRuntime` is, if it was found.
  package let address: String?
  /// How it was found: `debug offsets` or `structure`.
  package let source: String
  /// The thread state of the thread that ends Python, if one does.
  package let finalizingThread: String?
  package let interpreters: [Interpreter]

  package init(_ runtime: RuntimeState) {
    address = runtime.address?.description
    source = runtime.source.rawValue
    finalizingThread = runtime.finalizingThread?.description
    interpreters = runtime.interpreters.map { Interpreter($0) }
  }

  /// What `info` reports, in words.
  package var lines: [String] {
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
  package var details: [String] {
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
  package struct Interpreter: Encodable, Sendable {
    package let id: Int
    package let isMain: Bool
    package let address: String
    /// The number of modules in `sys.modules`; null where that is no dict.
    package let modules: Int?
    package let sysModules: String
    package let sysDict: String
    package let builtinsDict: String
    /// The oldest first.
    package let threads: [Thread]

    package init(_ state: InterpreterState) {
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
  package struct Thread: Encodable, Sendable {
    package let address: String
    /// `threading.get_ident()`, and `threading.get_native_id()` where Python keeps it.
    package let ident: UInt64
    package let nativeThreadId: UInt64?
    /// The frame that runs, if one does.
    package let frame: String?

    package init(_ state: ThreadState) {
      address = state.address.description
      ident = state.threadID
      nativeThreadId = state.nativeThreadID
      frame = state.currentFrame.isNull ? nil : state.currentFrame.description
    }
  }
}
