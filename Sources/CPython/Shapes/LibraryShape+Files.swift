import MemoryImage

extension LibraryShape {
  /// `_io.FileIO name='…' mode='rb' fd=3`.
  func file(in inferior: Inferior) -> ObjectShape? {
    let layout = inferior.layout.fileIO
    guard let record = try? inferior.memory.record(at: header.address, size: layout.size) else { return nil }
    let descriptor = record[layout.fd]
    let name = FileName(of: header.address, in: inferior).suffix
    guard descriptor >= 0 else { return .described("\(info.name)\(name)", fields: []) }
    func isSet(_ bit: Int) -> Bool {
      guard bit >= 0, bit / 8 < layout.size else { return false }
      return record[FieldOffset<UInt8>(bit / 8)] >> UInt8(bit % 8) & 1 != 0
    }
    // `mode_string` in Modules/_io/fileio.c.
    let isReadable = isSet(layout.readableBit)
    let mode =
      if isSet(layout.createdBit) {
        isReadable ? "xb+" : "xb"
      } else if isSet(layout.appendingBit) {
        isReadable ? "ab+" : "ab"
      } else if isReadable {
        isSet(layout.writableBit) ? "rb+" : "rb"
      } else {
        "wb"
      }
    return .described("\(info.name)\(name) mode='\(mode)' fd=\(descriptor)", fields: [])
  }

  /// `_io.TextIOWrapper name='…' mode='r' encoding='utf-8'`, and the number of bytes still to be written.
  func textFile(in inferior: Inferior) -> ObjectShape? {
    let layout = inferior.layout.textIO
    guard let record = try? inferior.memory.record(at: header.address, size: layout.size) else { return nil }
    let name = FileName(of: header.address, in: inferior).suffix
    let mode = Instance(header).attribute("mode", in: inferior).flatMap { inferior.briefText(of: $0) }
    let encoding = inferior.briefText(of: record[layout.encoding]) ?? "?"
    let pending = record[layout.pending_bytes_count]
    let parts = [
      ("buffer", record[layout.buffer]), ("encoder", record[layout.encoder]), ("decoder", record[layout.decoder]),
      ("pending_bytes", record[layout.pending_bytes]), ("decoded_chars", record[layout.decoded_chars]),
      ("snapshot", record[layout.snapshot]),
    ]
    return .described(
      "\(info.name)\(name)\(mode.map { " mode=\($0)" } ?? "") encoding=\(encoding)"
        + (pending > 0 ? " pending=\(pending)" : ""),
      fields: parts.filter { !$0.1.isNull }.map { .init($0.0, object: $0.1) })
  }

  /// `re.compile('…', flags)`.
  func pattern(in inferior: Inferior) -> ObjectShape? {
    let layout = inferior.layout.pattern
    guard let record = try? inferior.memory.record(at: header.address, size: layout.size) else { return nil }
    // The flags that `repr` shows: not `re.UNICODE`, which every pattern for text has.
    let flags = Self.flagNames.filter { record[layout.flags] & $0.0 != 0 }.map { "re." + $0.1 }
    return .composed(
      typeName: info.name,
      parts: [
        .text("re.compile("), inferior.part(record[layout.pattern]),
        .text((flags.isEmpty ? "" : ", " + flags.joined(separator: "|")) + ")"),
      ], fields: [])
  }

  /// The flags of `re` in the order of `pattern_repr` (Modules/_sre.c).
  private static let flagNames: [(Int32, String)] = [
    (2, "IGNORECASE"), (4, "LOCALE"), (8, "MULTILINE"), (16, "DOTALL"), (64, "VERBOSE"), (128, "DEBUG"), (256, "ASCII"),
  ]

  /// `re.Match span=(0, 2) match='ab'`.
  func match(in inferior: Inferior) -> ObjectShape? {
    let layout = inferior.layout.match
    guard let record = try? inferior.memory.record(at: header.address, size: layout.mark.bytes + 16) else { return nil }
    let (start, end) = (record[layout.mark], record[FieldOffset<Int>(layout.mark.bytes + 8)])
    let matched = matchedText(in: record[layout.string], from: start, to: end, inferior).map { " match=\($0)" } ?? ""
    return .described(
      "re.Match span=(\(start), \(end))\(matched)",
      fields: [.init("re", object: record[layout.pattern]), .init("string", object: record[layout.string])])
  }

  /// The first characters or bytes of the match; nil if the string is of another type, or if the match is far from its start.
  private func matchedText(in string: Address, from start: Int, to end: Int, _ inferior: Inferior) -> String? {
    guard let header = inferior.object(at: string), [.str, .bytes].contains(header.type.kind), start >= 0,
      end >= start, start < 1 << 14
    else { return nil }
    let (shown, rest) = (min(end, start + 100), end - start > 100 ? "...<\(end - start - 100) more>" : "")
    switch header.shape(in: inferior, limit: shown) {
    case .text(let points, let length) where end <= length:
      return PythonText.quoted(Array(points.dropFirst(start))) + rest
    case .bytes("b", let bytes, let length, "") where end <= length:
      return "b" + PythonText.quoted(Array(bytes.dropFirst(start))) + rest
    default: return nil
    }
  }
}
