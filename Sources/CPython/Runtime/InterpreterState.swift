package import MemoryImage

/// An interpreter of the process, the main one or a sub-interpreter, in the inferior's memory.
///
/// Mirrors `PyInterpreterState` in CPython's `Include/internal/pycore_interp.h`.
package struct InterpreterState: Sendable, Equatable {
  package let address: Address
  /// The interpreter made before this one (`next`), null for the oldest.
  package let next: Address
  /// The interpreter's number (`id`): that of the main interpreter is 0.
  package let id: Int
  /// `sys.modules` and the number of modules in it; nil if it is not a dict, as in an interpreter that is ending.
  package let modules: Address
  package let moduleCount: Int?
  /// `sys.__dict__` and `builtins.__dict__`.
  package let sysdict: Address
  package let builtins: Address
  /// The interpreter's threads, oldest first.
  package let threads: [ThreadState]
  /// Whether the list of threads continues where it cannot be read.
  package let isThreadListCut: Bool

  /// Whether the process began with this interpreter.
  package var isMain: Bool { id == 0 }

  /// More threads than any process has: a limit for hostile dumps.
  private static let threadLimit = 1 << 16

  /// Reads the interpreter at `address`.
  ///
  /// - Throws: `MemoryFault` if a field that is read is not in the dump.
  package init(
    at address: Address, layout: InterpreterLayout, in inferior: __shared Inferior
  ) throws(MemoryFault) {
    let memory = inferior.memory
    self.address = address
    next = try memory.load(at: address + layout.next.bytes)
    id = try memory.load(at: address + layout.id.bytes)
    modules = try memory.load(at: address + layout.modules.bytes)
    sysdict = try memory.load(at: address + layout.sysdict.bytes)
    builtins = try memory.load(at: address + layout.builtins.bytes)
    moduleCount =
      inferior.isObject(modules, ofKind: .dict)
      ? (try? PyDictObject(at: modules, in: inferior))?.count : nil
    let head: Address = try memory.load(at: address + layout.threads_head.bytes)
    (threads, isThreadListCut) = Self.threads(from: head, of: address, in: inferior)
  }

  /// The threads of a list, oldest first, and whether the list is cut. Each must point back at the one before it, so that
  /// the list has no cycle.
  private static func threads(
    from head: Address, of interpreter: Address, in inferior: Inferior
  ) -> ([ThreadState], Bool) {
    var found: [ThreadState] = []
    var address = head
    while !address.isNull {
      guard found.count < threadLimit, address.isAligned(to: 8),
        let thread = try? ThreadState(at: address, in: inferior),
        thread.interpreter == interpreter, thread.prev == found.last?.address ?? .null
      else { return (found.reversed(), true) }
      found.append(thread)
      address = thread.next
    }
    return (found.reversed(), false)
  }
}
