package import MemoryImage

/// The lines of a function's instructions (`co_linetable`).
package struct LineTable: Sendable {
  /// The format of the table.
  package enum Format: Sendable {
    /// Pairs of bytes, address and line, at the beginning of each line (Objects/lnotab_notes.txt). Before 3.10.
    case lnotab
    /// The same at the end of each line; some instructions have no line (PEP 626, Objects/lnotab_notes.txt). CPython 3.10.
    case lineDeltas
    /// Entries with lines and columns (Objects/locations.md, InternalDocs/code_objects.md). Since 3.11.
    case locations
  }

  private let bytes: MemoryArray<UInt8>
  private let format: Format
  private let firstLine: Int

  /// A table whose first line is the function's.
  package init(_ bytes: MemoryArray<UInt8>, format: Format, firstLine: Int) {
    self.bytes = bytes
    self.format = format
    self.firstLine = firstLine
  }

  /// The line of the instruction `offset` bytes after the first; nil where the table gives none. A negative offset
  /// belongs to a frame that has not started: the result is the function's first line.
  package func line(atOffset offset: Int) -> Int? {
    guard offset >= 0 else { return firstLine }
    return switch format {
    case .lnotab: lineByStarts(offset)
    case .lineDeltas: lineByDeltas(offset)
    case .locations: lineByLocations(offset)
    }
  }

  private func lineByStarts(_ offset: Int) -> Int? {
    var line = firstLine
    var start = 0
    var index = 0
    while index + 1 < bytes.count {
      start = start &+ Int(bytes[index])
      if start > offset { break }
      line = line &+ Int(Int8(bitPattern: bytes[index + 1]))
      index += 2
    }
    return line
  }

  private func lineByDeltas(_ offset: Int) -> Int? {
    var line = firstLine
    var end = 0
    var index = 0
    while index + 1 < bytes.count {
      let delta = Int8(bitPattern: bytes[index + 1])
      end = end &+ Int(bytes[index])
      if delta != -128 { line = line &+ Int(delta) }
      if offset < end { return delta == -128 ? nil : line }
      index += 2
    }
    return nil
  }

  private func lineByLocations(_ offset: Int) -> Int? {
    var line = firstLine
    var end = 0
    var index = 0
    while index < bytes.count {
      let head = bytes[index]
      let code = head >> 3 & 15
      end = end &+ (Int(head & 7) + 1) * 2
      index += 1
      switch code {
      case 13, 14: line = line &+ signedVarint(&index)
      case 10, 11, 12: line = line &+ Int(code) &- 10
      default: break
      }
      if offset < end { return code == 15 ? nil : line }
      // The columns follow; only the first byte of an entry has its highest bit set.
      while index < bytes.count, bytes[index] & 0x80 == 0 { index += 1 }
    }
    return nil
  }

  /// Reads a number in groups of six bits, least significant first, whose lowest bit is the sign.
  private func signedVarint(_ index: inout Int) -> Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if shift < 64 { value |= UInt64(byte & 63) << shift }
      shift &+= 6
      if byte & 64 == 0 { break }
    }
    let magnitude = Int(truncatingIfNeeded: value >> 1)
    return value & 1 == 1 ? 0 &- magnitude : magnitude
  }
}
