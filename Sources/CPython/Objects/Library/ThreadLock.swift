package import MemoryImage

/// A `threading.Lock` or `RLock` of C, as it lay in the inferior's memory.
///
/// Mirrors `lockobject` and `rlockobject` in CPython's `Modules/_threadmodule.c`. They are among the structures that
/// generated tables describe; this is a closer look at them.
package struct ThreadLock: Sendable {
  package let address: Address
  /// Whether somebody holds it.
  package let isLocked: Bool
  /// Who holds it, as `threading.get_ident()` says; nil for a `Lock`, which does not know, and a free one.
  package let owner: UInt64?
  /// Whether its owner may take it again.
  package let isRecursive: Bool
  /// What threads wait on that want it, before 3.14.
  package let semaphore: Address?

  /// The lock at an address; nil if there is none.
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
  /// The items of the queue at an address; none if there is no such queue.
  package static func items(ofQueueAt address: Address, in inferior: Inferior) -> [Address] {
    guard let header = inferior.object(at: address), header.type.kind == .simpleQueue,
      let queue = try? SimpleQueueObject(header, in: inferior)
    else { return [] }
    return queue.items(in: inferior) ?? inferior.items(of: queue.list(in: inferior))
  }
}

extension SimpleQueueObject {
  /// Whether there is a queue at an address with nothing in it. In a list, `None` stands where an item has been taken.
  package static func isEmpty(queueAt address: Address, in inferior: Inferior) -> Bool {
    guard let header = inferior.object(at: address), header.type.kind == .simpleQueue else { return false }
    return items(ofQueueAt: address, in: inferior).allSatisfy { inferior.isObject($0, ofKind: .none) }
  }
}
