package import MemoryImage

/// Bytes as people look at them: sixteen in a line, as digits and as characters.
package enum HexDump {
  private static let alphabet = Array("0123456789abcdef")

  /// The two digits of a byte.
  package static func digits(_ byte: UInt8) -> String {
    String([alphabet[Int(byte >> 4)], alphabet[Int(byte & 15)]])
  }

  /// A line for each sixteen bytes, from a multiple of 16 on: the address, the digits, and the characters where they
  /// are printable ASCII. An angle bracket precedes the byte at `marked`.
  package static func lines(of bytes: [UInt8], at start: Address, marking marked: Address) -> [String] {
    var lines: [String] = []
    var line = start.alignedDown(to: 16)
    let end = start + bytes.count
    while line < end {
      var digits = ""
      var characters = ""
      for address in (0..<16).map({ line + $0 }) {
        let byte = address >= start && address < end ? bytes[Int(address.rawValue - start.rawValue)] : nil
        digits += (address == marked ? ">" : " ") + (byte.map(Self.digits) ?? "  ")
        characters += byte.map { (32..<127).contains($0) ? String(UnicodeScalar($0)) : "." } ?? " "
      }
      lines.append("\(line) \(digits)  \(characters)")
      line = line + 16
    }
    return lines
  }
}
