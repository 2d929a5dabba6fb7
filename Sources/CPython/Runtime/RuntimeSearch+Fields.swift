import MemoryImage

// The offsets of a particular process's interpreters.
extension RuntimeSearch {
  /// The greatest distance from the table's offset at which a field is searched for, in bytes. Patch releases move fields
  /// by less.
  static let reach = 1024

  /// The layout with the offsets of the dicts in the interpreter at `address`; nil if there is no dict of modules.
  func fitted(_ table: InterpreterLayout, _ address: Address, reach: Int) -> InterpreterLayout? {
    func place(of keys: [String], near field: FieldOffset<Address>) -> FieldOffset<Address>? {
      self.place(of: keys, near: field, address, reach: reach)
    }
    var layout = table
    guard let modules = place(of: ["sys", "builtins"], near: table.modules) else { return nil }
    layout.modules = modules
    layout.sysdict = place(of: ["modules", "path", "version_info"], near: table.sysdict) ?? table.sysdict
    layout.builtins = place(of: ["len", "__import__"], near: table.builtins) ?? table.builtins
    return layout
  }

  /// The offset, in the structure at `address`, of a pointer to a dict with the given keys: the table's offset, or one nearby.
  private func place(
    of keys: [String], near table: FieldOffset<Address>, _ address: Address, reach: Int
  ) -> FieldOffset<Address>? {
    let nearby = stride(from: 8, through: reach, by: 8).flatMap { [table.bytes + $0, table.bytes - $0] }
    for offset in [table.bytes] + nearby where offset >= 0 {
      guard let pointer: Address = try? inferior.memory.load(at: address + offset) else { continue }
      if inferior.isDict(pointer, withKeys: keys) { return FieldOffset(offset) }
    }
    return nil
  }
}

extension Inferior {
  /// Whether there is a dict at `address` that has all the given strings among its first few thousand keys.
  func isDict(_ address: Address, withKeys keys: [String]) -> Bool {
    guard !address.isNull, isObject(address, ofKind: .dict), let dict = try? PyDictObject(at: address, in: self) else {
      return false
    }
    var missing = Set(keys)
    let longest = keys.map(\.count).max() ?? 0
    var remaining = 4096
    try? dict.forEachEntry(in: self) { key, value in
      // The dict of all interned strings has any name as a key; its values are the same strings.
      if value != key, let name = string(at: key, limit: longest) { missing.remove(name) }
      remaining -= 1
      return !missing.isEmpty && remaining > 0
    }
    return missing.isEmpty
  }
}

extension InterpreterLayout {
  func with(threadsHead: FieldOffset<Address>) -> InterpreterLayout {
    var copy = self
    copy.threads_head = threadsHead
    return copy
  }
}
