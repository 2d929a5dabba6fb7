package import MemoryImage

/// The running Python of a process: `_PyRuntime` and its interpreters (Include/internal/pycore_runtime.h).
package struct RuntimeState: Sendable {
  /// The way in which it was found.
  package enum Source: String, Sendable {
    /// By the cookie of the debug offsets with which `_PyRuntime` begins, since 3.13.
    case debugOffsets = "debug offsets"
    /// By an interpreter whose thread points back at it, in the static data or, if that is missing, anywhere.
    case structure
  }

  /// The address of `_PyRuntime`; nil if the interpreters were found without it.
  package let address: Address?
  package let source: Source
  /// The interpreters in the order of their numbers, the main one first.
  package let interpreters: [InterpreterState]
  /// The thread that finalizes Python (`Py_FinalizeEx`); nil while none does.
  package let finalizingThread: Address?
  /// The offsets at which the interpreters' fields were found.
  package let layout: InterpreterLayout
  /// Warnings about what is unusual or incomplete, one line each.
  package let warnings: [String]

  /// The interpreter that the process began with.
  package var mainInterpreter: InterpreterState? { interpreters.first { $0.isMain } }
}

extension RuntimeState {
  /// More interpreters than any process has: a limit for hostile dumps.
  private static let interpreterLimit = 4096

  /// The runtime with the interpreters of the lists that begin at `heads`. Fields that have moved compared to the table
  /// are reported as warnings.
  ///
  /// - Parameter heads: any interpreters of the process, ideally only the newest (`interpreters.head`).
  init(
    address: Address?, source: Source, heads: [Address], layout: InterpreterLayout, in inferior: __shared Inferior
  ) {
    var warnings = Self.differences(layout, from: inferior.layout.interpreter)
    var found: [Address: InterpreterState] = [:]
    for head in heads {
      var next = head
      while !next.isNull, found[next] == nil {
        guard found.count < Self.interpreterLimit,
          let interpreter = try? InterpreterState(at: next, layout: layout, in: inferior),
          interpreter.id >= 0, interpreter.id <= Int(Int32.max)
        else {
          warnings.append("the list of interpreters cannot be read from \(next) on")
          break
        }
        found[next] = interpreter
        next = interpreter.next
      }
    }
    for interpreter in found.values.sorted(by: { $0.id < $1.id }) where interpreter.isThreadListCut {
      let count = interpreter.threads.count
      warnings.append("interpreter \(interpreter.id): the list of threads cannot be read beyond \(count) threads")
    }
    finalizingThread = address.flatMap { runtime -> Address? in
      let thread: Address? = try? inferior.memory.load(at: runtime + inferior.layout.runtime.finalizing.bytes)
      return found.values.lazy.flatMap(\.threads).first { $0.address == thread }?.address
    }
    if finalizingThread != nil { warnings.append("Python is ending: modules and their variables may be gone") }
    if address == nil { warnings.append("_PyRuntime was not found: interpreters may be missing") }
    self.address = address
    self.source = source
    self.layout = layout
    self.warnings = warnings
    interpreters = found.values.sorted { ($0.id, $0.address) < ($1.id, $1.address) }
  }

  /// A warning about fields that are not at the table's offsets, in one line; empty if there are none.
  private static func differences(_ found: InterpreterLayout, from table: InterpreterLayout) -> [String] {
    let fields = [
      ("threads.head", found.threads_head.bytes, table.threads_head.bytes),
      ("modules", found.modules.bytes, table.modules.bytes), ("sysdict", found.sysdict.bytes, table.sysdict.bytes),
      ("builtins", found.builtins.bytes, table.builtins.bytes),
    ]
    let moved = fields.filter { $0.1 != $0.2 }.map { "\($0.0) at \($0.1) instead of \($0.2)" }
    return moved.isEmpty ? [] : ["PyInterpreterState is not that of the layout: \(moved.joined(separator: ", "))"]
  }
}
