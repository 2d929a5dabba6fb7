import MemoryImage

/// The strings of a NumPy array of a `StringDType`. Short ones are in the item, longer ones in the arena of the type or
/// in memory of their own.
///
/// Mirrors `npy_packed_static_string` in NumPy's `stringdtype/static_string.c`.
struct NumpyStringItems {
  private let layout = NumpyLayout.stringDescriptor
  private let arena: Address
  private let missing: Address

  /// The strings of the type with the descriptor at `address`; nil if it is not a `StringDType`.
  init?(descriptor address: Address, in inferior: Inferior) {
    guard let record = try? inferior.memory.record(at: address, size: layout.size) else { return nil }
    missing = record[layout.na_object]
    arena = (try? inferior.memory.load(at: record[layout.allocator] + layout.arenaBuffer.bytes)) ?? .null
  }

  /// The first `limit` bytes of an item's string, in quotes; or the text for a missing string.
  func text(at item: Address, limit: Int, in inferior: Inferior) -> String {
    guard let first: Address = try? inferior.memory.load(at: item),
      let second: UInt64 = try? inferior.memory.load(at: item + 8)
    else { return "?" }
    let flags = UInt8(truncatingIfNeeded: second >> 56)
    if flags & 0x80 != 0 { return inferior.briefText(of: missing) ?? inferior.typeName(of: missing) ?? "?" }
    let isOutside = flags & 0x20 != 0
    let isShort = flags & 0xF0 == 0x60
    let size = isShort ? Int(flags & 15) : Int(truncatingIfNeeded: second & 0xFF_FFFF_FFFF_FFFF)
    let start = isShort ? item : isOutside ? first : arena + Int(truncatingIfNeeded: first.rawValue)
    guard size > 0 else { return "''" }
    guard let bytes = try? inferior.memory.array(of: UInt8.self, at: start, count: min(size, limit)) else { return "?" }
    let text = String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value)
    return PythonText.quoted(text) + (size > limit ? "...<\(size - limit) more bytes>" : "")
  }
}
