import MemoryImage

/// The shape of objects of the standard library's C types that have plain values besides the objects they hold: files,
/// locks, sockets, patterns, contexts.
struct LibraryShape {
  let header: ObjectHeader
  let info: TypeInfo

  init(_ header: ObjectHeader, _ info: TypeInfo) {
    self.header = header
    self.info = info
  }

  /// The shape; nil for a type without one here, or if the object cannot be read.
  func shape(in inferior: Inferior, limit: Int) -> ObjectShape? {
    switch info.structure?.name {
    case "fileio": file(in: inferior)
    case "textio": textFile(in: inferior)
    case "lockobject": lock(in: inferior)
    case "rlockobject": recursiveLock(in: inferior)
    case "SemLockObject": processLock(in: inferior)
    case "PySocketSockObject": socket(in: inferior, limit: limit)
    case "_PyNamespaceObject": namespace(in: inferior, limit: limit)
    case "PatternObject": pattern(in: inferior)
    case "MatchObject": match(in: inferior)
    case "PyContext", "_pycontextobject": context(in: inferior, limit: limit)
    default: nil
    }
  }

  private func record(_ size: Int, in inferior: Inferior) -> MemoryRecord? {
    try? inferior.memory.record(at: header.address, size: size)
  }

  private func lock(in inferior: Inferior) -> ObjectShape? {
    let layout = inferior.layout.lock
    guard let record = record(layout.size, in: inferior) else { return nil }
    return .described((record[layout.locked] & 1 != 0 ? "locked " : "unlocked ") + info.name, fields: [])
  }

  private func recursiveLock(in inferior: Inferior) -> ObjectShape? {
    let layout = inferior.layout.recursiveLock
    guard let record = record(layout.size, in: inferior) else { return nil }
    var count = record[layout.count]
    if let mutex = layout.mutex { count = record[mutex] & 1 != 0 ? count &+ 1 : 0 }
    return .described(
      "\(count > 0 ? "locked" : "unlocked") \(info.name) owner=\(record[layout.owner]) count=\(count)", fields: [])
  }

  private func processLock(in inferior: Inferior) -> ObjectShape? {
    guard let lock = ProcessLock(at: header.address, in: inferior) else { return nil }
    let value = lock.value.map { "\($0)" } ?? "?"
    let kind = lock.isRecursive ? "recursive mutex" : "semaphore"
    return .described(
      "\(info.name) \(kind) value=\(value) of \(lock.greatestValue) count=\(lock.count)"
        + (lock.count > 0 ? " owner=\(lock.lastThread)" : ""), fields: [])
  }

  private func socket(in inferior: Inferior, limit: Int) -> ObjectShape? {
    let layout = inferior.layout.socket
    guard let record = record(layout.size, in: inferior) else { return nil }
    let note = record[layout.sock_fd] < 0 ? " closed" : ""
    return .described(
      "\(info.name)\(note) fd=\(record[layout.sock_fd]) family=\(record[layout.sock_family]) type=\(record[layout.sock_type])"
        + " proto=\(record[layout.sock_proto])", fields: Instance(header).attributes(in: inferior, limit: limit))
  }

  /// `namespace(a=1, b=2)`, or with the class's name for a subclass.
  private func namespace(in inferior: Inferior, limit: Int) -> ObjectShape? {
    let attributes = Instance(header).attributes(in: inferior, limit: limit)
    var parts: [ObjectShape.Part] = [.text((info.name == "types.SimpleNamespace" ? "namespace" : info.shortName) + "(")]
    for (index, attribute) in attributes.enumerated() {
      parts.append(.text((index == 0 ? "" : ", ") + attribute.name + "="))
      switch attribute.value {
      case .object(let address): parts.append(inferior.part(address))
      case .text(let text): parts.append(.text(text))
      case .shape(let shape): parts.append(.shape(shape))
      }
    }
    return .composed(typeName: info.name, parts: parts + [.text(attributes.count < limit ? ")" : ", ...)")], fields: [])
  }

  private func context(in inferior: Inferior, limit: Int) -> ObjectShape? {
    let layout = inferior.layout.context
    guard let record = record(layout.size, in: inferior), let hamt = PyHamtObject(at: record[layout.ctx_vars], in: inferior)
    else { return nil }
    return .mapping(
      typeName: info.name, open: "Context({", entries: hamt.entries(in: inferior, limit: limit), count: max(0, hamt.count),
      close: "})")
  }
}
