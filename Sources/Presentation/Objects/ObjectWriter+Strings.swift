import CPython

extension ObjectWriter {
  /// Writes a `str` and how much of it was left out.
  mutating func write(codePoints: [UInt32], length: Int) {
    let shown = codePoints.prefix(max(0, options.maxStringLength))
    text += PythonText.quoted(Array(shown))
    writeRest(length - shown.count, unit: "chars")
  }

  /// Writes bytes between `prefix` and `suffix`, and how many were left out.
  mutating func write(bytes: [UInt8], length: Int, prefix: String, suffix: String) {
    let shown = Array(bytes.prefix(max(0, options.maxStringLength)))
    if options.bytesAsHex {
      // As Python reads it: bytes.fromhex('00ff').
      text += suffix.isEmpty ? "bytes" : String(prefix.prefix { $0 != "(" })
      text += ".fromhex('" + PythonText.digits(shown) + "'"
      writeRest(length - shown.count, unit: "bytes")
      text += ")"
    } else {
      text += prefix + PythonText.quoted(shown)
      writeRest(length - shown.count, unit: "bytes")
      text += suffix
    }
  }

  private mutating func writeRest(_ count: Int, unit: String) {
    guard count > 0 else { return }
    text += "...<0x\(String(count, radix: 16, uppercase: true)) more \(unit)>"
  }
}
