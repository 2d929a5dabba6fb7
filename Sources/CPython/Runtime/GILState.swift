package import MemoryImage

/// The global interpreter lock. A process has one; since 3.12 each interpreter can have its own.
///
/// Mirrors `struct _gil_runtime_state` in CPython's `Include/internal/pycore_gil.h`.
package struct GILState: Sendable, Equatable {
  /// The range of the lock with its mutex and condition: a thread that waits on an address in it waits for the lock.
  package let range: AddressRange
  /// The thread state that holds the lock; null if it is free.
  package let holder: Address

  /// Reads the lock of an interpreter; nil if it is not known or not in the dump.
  package init?(of interpreter: InterpreterState, runtime: RuntimeState, in inferior: Inferior) {
    let layout = inferior.layout.gil
    let place: Address? =
      if let field = runtime.layout.gil {
        try? inferior.memory.load(at: interpreter.address + field.bytes)
      } else {
        inferior.layout.runtime.gil.flatMap { field in runtime.address.map { $0 + field.bytes } }
      }
    guard let place, !place.isNull, let range = AddressRange(start: place, count: layout.size),
      let record = try? inferior.memory.record(at: place, size: layout.size), (-1...1).contains(record[layout.locked])
    else { return nil }
    self.range = range
    holder = record[layout.locked] == 1 ? record[layout.last_holder] : .null
  }
}
