package import MemoryImage

/// A `SemLock` of `multiprocessing` in the inferior's memory: a lock or semaphore between processes.
///
/// Mirrors `SemLockObject` in CPython's `Modules/_multiprocessing/multiprocessing.h`.
package struct ProcessLock: Sendable {
  /// The number of further acquisitions possible; nil if the memory that processes share is not in the dump.
  package let value: Int?
  /// The number of acquisitions possible at a time.
  package let greatestValue: Int
  /// Whether its owner may acquire it again.
  package let isRecursive: Bool
  /// How often this process holds it, and the thread that took it last, as in `threading.get_ident()`.
  package let count: Int
  package let lastThread: UInt64

  /// `RECURSIVE_MUTEX`; the other kind is `SEMAPHORE`, 1.
  private static let recursiveMutex: Int32 = 0

  /// The lock at `address`; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address),
      inferior.types.types[Int(header.type.number)].structure?.name == "SemLockObject"
    else { return nil }
    let layout = inferior.layout.processLock
    guard let record = try? inferior.memory.record(at: address, size: layout.size) else { return nil }
    // The C library's `sem_t` begins with its value, in 32 bits.
    let word = try? inferior.memory.load(UInt32.self, at: record[layout.handle])
    value = word.map { Int($0 & 0x7FFF_FFFF) }
    greatestValue = Int(record[layout.maxvalue])
    isRecursive = record[layout.kind] == Self.recursiveMutex
    count = max(0, Int(record[layout.count]))
    lastThread = record[layout.last_tid]
  }
}
