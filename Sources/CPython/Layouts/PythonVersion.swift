/// A version of CPython: `3.10.13`, or `3.10` where the patch release is not known or does not matter.
package struct PythonVersion: Hashable, Sendable {
  /// The first number, 3 for every version that this tool supports.
  package let major: Int
  /// The second number; layouts change with it.
  package let minor: Int
  /// The third number, the patch release, if known.
  package let micro: Int?

  package init(_ major: Int, _ minor: Int, _ micro: Int? = nil) {
    self.major = major
    self.minor = minor
    self.micro = micro
  }

  /// The version in `PY_VERSION_HEX`: one byte each for major, minor and micro, then the release level and serial.
  package init(hexadecimal version: UInt64) {
    self.init(Int(version >> 24 & 0xFF), Int(version >> 16 & 0xFF), Int(version >> 8 & 0xFF))
  }

  /// Parses a version written as `3.10.13`, `3.10` or `310`; nil for any other text.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 1, let digits = Int(text), text.first == "3", (2...3).contains(text.count) {
      let divisor = text.count == 3 ? 100 : 10
      self.init(digits / divisor, digits % divisor)
      return
    }
    let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
    guard numbers.count == parts.count, (2...3).contains(numbers.count) else { return nil }
    self.init(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : nil)
  }

  /// The version without its patch release.
  package var feature: PythonVersion { PythonVersion(major, minor) }
}

extension PythonVersion: CustomStringConvertible {
  package var description: String {
    "\(major).\(minor)" + (micro.map { ".\($0)" } ?? "")
  }
}
