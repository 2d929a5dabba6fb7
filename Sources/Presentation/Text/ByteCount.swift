/// A number of bytes as people read it: `512 bytes`, `8.4 MB`, `28.16 MB`.
///
/// Units are powers of 1024. There are up to two digits after the point, rounded to the nearest, without trailing zeros.
package struct ByteCount: Sendable, CustomStringConvertible {
  /// The number.
  package let bytes: Int

  package init(_ bytes: Int) {
    self.bytes = bytes
  }

  package var description: String {
    guard bytes >= 1024 else { return "\(bytes) bytes" }
    var unit = 0
    var size = 1024
    while unit + 1 < Self.units.count, bytes / 1024 >= size {
      unit += 1
      size *= 1024
    }
    var hundredths = Self.hundredths(of: bytes, in: size)
    // 1023.996 KB is a megabyte.
    if hundredths == 102_400, unit + 1 < Self.units.count {
      unit += 1
      hundredths = 100
    }
    return "\(Self.decimal(hundredths)) \(Self.units[unit])"
  }

  private static let units = ["KB", "MB", "GB", "TB", "PB"]

  private static func hundredths(of bytes: Int, in size: Int) -> Int {
    bytes / size * 100 + (bytes % size * 100 + size / 2) / size
  }

  private static func decimal(_ hundredths: Int) -> String {
    let fraction = hundredths % 100
    if fraction == 0 { return "\(hundredths / 100)" }
    if fraction % 10 == 0 { return "\(hundredths / 100).\(fraction / 10)" }
    return "\(hundredths / 100)." + (fraction < 10 ? "0" : "") + "\(fraction)"
  }
}
