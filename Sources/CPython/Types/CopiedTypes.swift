import MemoryImage

/// Static types that the linker copied because an executable names them (see `InterpreterImage`).
///
/// The copy is in use. The original is never made ready: it stays as the compiler left it, while `PyType_Ready` fills in
/// the empty fields of the copy.
struct CopiedTypes {
  /// The types that were found, without those that are not in use.
  let inUse: [Address]

  /// - Parameter types: the addresses of all types, in ascending order.
  init(_ types: [Address], in inferior: Inferior) {
    let layout = inferior.layout.type
    var ready: [Address: [Address]] = [:]
    var others: [Address: Address] = [:]
    for address in types {
      guard let type = try? PyTypeObject(at: address, in: inferior) else { continue }
      let flags = type.flags(in: inferior)
      guard !flags.contains(.heapType) else { continue }
      let name = type[layout.tp_name]
      if flags.contains(.ready) { ready[name, default: []].append(address) } else { others[address] = name }
    }
    let left = others.filter { original, name in
      (ready[name] ?? []).prefix(Self.namesakes).contains { Self.isCopy($0, of: original, in: inferior) }
    }
    inUse = types.filter { left[$0] == nil }
  }

  /// More types with one string as their name than a process has: a limit for hostile dumps.
  private static let namesakes = 64

  /// Whether all that the type `original` states, from its name to its flags, is also in `copy`.
  private static func isCopy(_ copy: Address, of original: Address, in inferior: Inferior) -> Bool {
    let layout = inferior.layout.type
    let (start, end) = (layout.tp_name.bytes, layout.tp_flags.bytes)
    guard start < end, let old = try? inferior.memory.array(of: UInt64.self, at: original + start, count: (end - start) / 8),
      let new = try? inferior.memory.array(of: UInt64.self, at: copy + start, count: (end - start) / 8)
    else { return false }
    return (0..<old.count).allSatisfy { old[$0] == 0 || old[$0] == new[$0] }
  }
}
