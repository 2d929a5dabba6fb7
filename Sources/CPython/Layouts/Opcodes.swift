/// The meaning of a version's instructions for a search for method calls on variables (Include/opcode.h).
package struct Opcodes: Sendable {
  /// The effect of an instruction.
  package enum Kind: UInt8, Sendable {
    /// Extends the argument of the next instruction.
    case extended = 0x45  // E
    /// Loads a variable: a local one, the second of two, one of a cell, a global one by its name's number, or by twice that.
    case loadLocal = 0x46  // F
    case loadSecondLocal = 0x47  // G
    case loadCell = 0x44  // D
    case loadGlobal = 0x4E  // N
    case loadGlobalDoubled = 0x6E  // n
    /// Loads an attribute by its name's number, or by twice that, where one more means a method to be called; or loads a
    /// method.
    case loadAttribute = 0x41  // A
    case loadAttributeDoubled = 0x61  // a
    case loadMethod = 0x4D  // M
    case call = 0x43  // C
    case discard = 0x50  // P
    case await = 0x57  // W
    /// Jumps forwards by a distance, to an absolute place, or backwards; conditionally or not.
    case jump = 0x4A  // J
    case jumpTo = 0x4B  // K
    case jumpBack = 0x42  // B
    case other = 0x2E  // .
    /// Not known, such as an instruction that a debugger or profiler has inserted.
    case unknown = 0x3F  // ?
  }

  private let kinds: [Kind]
  private let caches: [Int]

  /// The instructions of a version; nil if the version is not known.
  package init?(_ version: PythonVersion) {
    guard let text = Self.texts[version.minor] else { return nil }
    let bytes = Array(text.utf8)
    kinds = stride(from: 0, to: bytes.count, by: 2).map { Kind(rawValue: bytes[$0]) ?? .unknown }
    caches = stride(from: 1, to: bytes.count, by: 2).map { Int(bytes[$0]) - 0x30 }
    guard kinds.count == 256, caches.count == 256 else { return nil }
  }

  package func kind(of opcode: UInt8) -> Kind { kinds[Int(opcode)] }

  /// The number of cache words after an instruction.
  package func cacheCount(of opcode: UInt8) -> Int { caches[Int(opcode)] }
}
