package import CPython
package import MemoryImage

// The parts of an interpreter: strings, dicts, and the states of interpreters and threads.
extension SyntheticHeap {
  /// A compact ASCII string.
  package mutating func string(_ text: String, of type: Address) -> Address {
    let fields = layout.unicode
    let address = object(of: type, size: fields.asciiSize + text.utf8.count + 1)
    let shifts = [fields.kindShift, fields.compactShift, fields.asciiShift, fields.internedShift]
    let state = (shifts + (fields.readyShift.map { [$0] } ?? [])).reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
    write(text.utf8.count, at: address + fields.length.bytes)
    write(state, at: address + fields.state.bytes)
    for (index, byte) in text.utf8.enumerated() { write(byte, at: address + fields.asciiSize + index) }
    return address
  }

  /// A dict of at most 21 items, whose table has room for keys of all types.
  package mutating func dict(_ items: [(key: Address, value: Address)], of type: Address) -> Address {
    let fields = layout.dictKeys
    let slotCount = 32
    let keys = allocate(fields.dk_indices.bytes + slotCount + 21 * 24)
    write(1, at: keys + fields.dk_refcnt.bytes)
    if let size = fields.dk_size { write(slotCount, at: keys + size.bytes) }
    if let size = fields.dk_log2_size { write(UInt8(5), at: keys + size.bytes) }
    if let size = fields.dk_log2_index_bytes { write(UInt8(5), at: keys + size.bytes) }
    write(items.count, at: keys + fields.dk_nentries.bytes)
    let indices = keys + fields.dk_indices.bytes
    for slot in 0..<slotCount { write(slot < items.count ? Int8(slot) : -1, at: indices + slot) }
    for (index, item) in items.enumerated() {
      write(item.key, at: indices + slotCount + index * 24 + 8)
      write(item.value, at: indices + slotCount + index * 24 + 16)
    }
    let address = object(of: type, size: layout.dict.size)
    write(items.count, at: address + layout.dict.ma_used.bytes)
    write(keys, at: address + layout.dict.ma_keys.bytes)
    return address
  }

  /// An interpreter with threads, the oldest of them first, and its dicts; `next` is an older interpreter.
  package mutating func interpreter(
    id: Int, next: Address = .null, threadIDs: [UInt64], dicts: (modules: Address, sys: Address, builtins: Address),
    layout fields: InterpreterLayout
  ) -> Address {
    let address = allocate(fields.size)
    write(id, at: address + fields.id.bytes)
    write(next, at: address + fields.next.bytes)
    write(dicts.modules, at: address + fields.modules.bytes)
    write(dicts.sys, at: address + fields.sysdict.bytes)
    write(dicts.builtins, at: address + fields.builtins.bytes)
    var older = Address.null
    for number in threadIDs {
      let thread = allocate(layout.thread.size)
      write(address, at: thread + layout.thread.interp.bytes)
      write(number, at: thread + layout.thread.thread_id.bytes)
      write(older, at: thread + layout.thread.next.bytes)
      if !older.isNull { write(thread, at: older + layout.thread.prev.bytes) }
      older = thread
    }
    write(older, at: address + fields.threads_head.bytes)
    return address
  }

  /// `_PyRuntime` with the given interpreters.
  package mutating func runtime(newest: Address, main: Address) -> Address {
    let address = allocate(layout.runtime.size)
    write(newest, at: address + layout.runtime.interpreters_head.bytes)
    write(main, at: address + layout.runtime.interpreters_main.bytes)
    return address
  }
}
