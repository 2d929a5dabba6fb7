package import CPython
package import MemoryImage

/// What a lock records: one of C or of Python, for threads, tasks or processes, or the one of a module's import.
package struct LockRecord: Sendable {
  /// Whether it is held, so that others have to wait.
  package let isLocked: Bool
  /// Whether it records its holder.
  package let isOwnerRecorded: Bool
  /// The thread that holds it, as `threading.get_ident()` identifies it.
  package let owner: UInt64?
  /// The tasks that hold it.
  package let tasks: [Address]
  /// Whether its owner may take it again.
  package let isRecursive: Bool
  /// Whether several can hold it at once.
  package let isShared: Bool
  /// Whether it is shared between processes.
  package let isOfProcesses: Bool

  private init(
    isLocked: Bool, isOwnerRecorded: Bool = false, owner: UInt64? = nil, tasks: [Address] = [], isRecursive: Bool = false,
    isShared: Bool = false, isOfProcesses: Bool = false
  ) {
    self.isLocked = isLocked
    self.isOwnerRecorded = isOwnerRecorded
    self.owner = owner
    self.tasks = tasks
    self.isRecursive = isRecursive
    self.isShared = isShared
    self.isOfProcesses = isOfProcesses
  }

  /// The lock at an address; nil if there is none.
  package init?(at address: Address, in inferior: Inferior) {
    if let lock = ThreadLock(at: address, in: inferior) {
      self.init(
        isLocked: lock.isLocked, isOwnerRecorded: lock.isRecursive, owner: lock.owner, isRecursive: lock.isRecursive)
      return
    }
    if let lock = ProcessLock(at: address, in: inferior) {
      // Where the value is not in the dump, a thread that asks for it is taken to wait.
      self.init(
        isLocked: lock.value ?? 0 == 0, isOwnerRecorded: true, owner: lock.count > 0 ? lock.lastThread : nil,
        isRecursive: lock.isRecursive, isShared: lock.greatestValue > 1, isOfProcesses: true)
      return
    }
    guard let kind = LibraryClass(of: address, in: inferior) else { return nil }
    let attributes = inferior.attributes(of: address)
    switch kind {
    case .recursiveLock: self.init(ownedByThread: attributes["_owner"], isRecursive: true, in: inferior)
    case .moduleLock:
      self.init(ownedByThread: attributes["owner"], isRecursive: true, in: inferior)
    case .asyncLock:
      self.init(isLocked: attributes["_locked"].flatMap { inferior.integer(at: $0) } == 1)
    case .semaphore, .asyncSemaphore, .anyioSemaphore:
      self.init(isLocked: attributes["_value"].flatMap { inferior.integer(at: $0) } == 0, isShared: true)
    case .anyioLock: self.init(ownedByTask: attributes["_owner_task"], in: inferior)
    case .anyioLimiter:
      let borrowers = attributes["_borrowers"].map { inferior.items(of: $0, limit: 1 << 16) } ?? []
      let total = attributes["_total_tokens"].flatMap { inferior.integer(at: $0) } ?? .max
      self.init(isLocked: borrowers.count >= total, isOwnerRecorded: true, tasks: borrowers, isShared: true)
    default: return nil
    }
  }

  private init(ownedByThread owner: Address?, isRecursive: Bool, in inferior: Inferior) {
    let ident = owner.flatMap { inferior.integer(at: $0) }.map { UInt64(bitPattern: Int64($0)) }
    self.init(isLocked: ident != nil, isOwnerRecorded: true, owner: ident, isRecursive: isRecursive)
  }

  /// A lock of anyio: its owner is a task, or something that states the task's address (`TaskInfo.id`).
  private init?(ownedByTask owner: Address?, in inferior: Inferior) {
    guard let owner else { return nil }
    let isLocked = inferior.object(at: owner).map { $0.type.kind != .none } ?? false
    let stated = inferior.attributes(of: owner)["id"].flatMap { inferior.integer(at: $0) }
    let task = stated.map { Address(UInt64(bitPattern: Int64($0))) } ?? owner
    self.init(isLocked: isLocked, isOwnerRecorded: true, tasks: isLocked ? [task] : [])
  }
}
