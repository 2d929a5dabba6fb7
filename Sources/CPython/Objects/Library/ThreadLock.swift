package import MemoryImage

/// A `threading.Lock` or `RLock` written in C, in the inferior's memory.
///
/// Mirrors `lockobject` and `rlockobject` in CPython's `Modules/_threadmodule.c`. They are among the structures that
/// generated tables describe; this type gives them named fields.
package struct ThreadLock: Sendable {
  package let address: Address
  /// Whether the lock is held.
  package let isLocked: Bool
  /// The owner's `threading.get_ident()`; nil for a free lock, and for a `Lock`, which does not record it.
  package let owner: UInt64?
  /// Whether its owner may acquire it again.
  package let isRecursive: Bool
  /// The semaphore on which waiting threads block, before 3.14.
  package let semaphore: Address?

  /// The lock at `address`; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    guard let header = inferior.object(at: address) else { return nil }
    self.address = address
    switch inferior.types.types[Int(header.type.number)].structure?.name {
    case "lockobject":
      let layout = inferior.layout.lock
      guard let record = try? inferior.memory.record(at: address, size: layout.size) else { return nil }
      isLocked = record[layout.locked] & 1 != 0
      semaphore = layout.semaphore.map { record[$0] }
      (owner, isRecursive) = (nil, false)
    case "rlockobject":
      let layout = inferior.layout.recursiveLock
      guard let record = try? inferior.memory.record(at: address, size: layout.size) else { return nil }
      isLocked = layout.mutex.map { record[$0] & 1 != 0 } ?? (record[layout.count] > 0)
      semaphore = layout.semaphore.map { record[$0] }
      owner = isLocked ? record[layout.owner] : nil
      isRecursive = true
    default: return nil
    }
  }
}

extension SimpleQueueObject {
  /// The items of the queue at `address`; empty if there is no queue.
  package static func items(ofQueueAt address: Address, in inferior: Inferior) -> [Address] {
    guard let header = inferior.object(at: address), header.type.kind == .simpleQueue,
      let queue = try? SimpleQueueObject(header, in: inferior)
    else { return [] }
    return queue.items(in: inferior) ?? inferior.items(of: queue.list(in: inferior))
  }
}

extension SimpleQueueObject {
  /// Whether the queue at `address` is empty; false if there is no queue. In a list, `None` replaces an item that was taken.
  package static func isEmpty(queueAt address: Address, in inferior: Inferior) -> Bool {
    guard let header = inferior.object(at: address), header.type.kind == .simpleQueue else { return false }
    return items(ofQueueAt: address, in: inferior).allSatisfy { inferior.isObject($0, ofKind: .none) }
  }
}
