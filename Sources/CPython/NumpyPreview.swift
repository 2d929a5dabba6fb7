import MemoryImage

/// The first items of an array of NumPy as text, in the order of its indices.
struct NumpyPreview {
  private let array: PyArrayObject
  private let descr: PyArrayDescr
  private let inferior: Inferior

  /// Bytes and characters of one item that are shown.
  private static let longestItem = 32

  init(_ array: PyArrayObject, _ descr: PyArrayDescr, in inferior: Inferior) {
    self.array = array
    self.descr = descr
    self.inferior = inferior
  }

  /// Up to `limit` items; those that are not in the dump as a question mark.
  func texts(limit: Int) -> [String] {
    guard let sizes = array.sizes(in: inferior), let strides = array.strides(in: inferior),
      sizes.count == strides.count, let count = array.itemCount(in: inferior)
    else { return [] }
    var index = Array(repeating: 0, count: sizes.count)
    return (0..<min(count, max(0, limit))).map { _ in
      let offset = zip(index, strides).reduce(0) { $0 &+ $1.0 &* $1.1 }
      for axis in sizes.indices.reversed() {
        index[axis] += 1
        if index[axis] < sizes[axis] { break }
        index[axis] = 0
      }
      return text(at: array.data + offset, as: descr, depth: 0)
    }
  }

  /// Structures in structures are followed so far, and so many fields of one are shown.
  private static let deepest = 3
  private static let mostFields = 20

  private func text(at address: Address, as descr: PyArrayDescr, depth: Int) -> String {
    if depth < Self.deepest, let fields = descr.fields(in: inferior) {
      let parts = fields.prefix(Self.mostFields).map { text(at: address + $0.offset, as: $0.descr, depth: depth + 1) }
      return "(" + (parts + (fields.count > parts.count ? ["..."] : [])).joined(separator: ", ") + ")"
    }
    let shown = min(max(0, descr.itemSize), 4 * Self.longestItem)
    guard let bytes = (try? inferior.memory.array(of: UInt8.self, at: address, count: shown)).map(Array.init) else {
      return "?"
    }
    return Self.text(of: bytes, kind: descr.kind, isSwapped: descr.isSwapped)
  }

  /// The value of an item: `bytes` are all of it, or the first of many.
  static func text(of bytes: [UInt8], kind: UInt8, isSwapped: Bool) -> String {
    let ordered = isSwapped ? bytes.reversed() : bytes
    switch UnicodeScalar(kind) {
    case "b": return bytes.first == 0 ? "False" : "True"
    case "c" where bytes.count == 8 || bytes.count == 16:
      let half = bytes.count / 2
      let parts = [bytes.prefix(half), bytes.suffix(half)].map {
        number(isSwapped ? $0.reversed() : Array($0), kind: "f")
      }
      return "(\(parts[0])\(parts[1].hasPrefix("-") ? "" : "+")\(parts[1])j)"
    case "S": return "b'" + bytes.prefix { $0 != 0 }.prefix(longestItem).map(CValueFormat.escaped).joined() + "'"
    case "U":
      let points = stride(from: 0, to: bytes.count - 3, by: 4).map { CValueFormat.unsigned(bytes[$0..<$0 + 4]) }
      return PythonText.quoted(points.prefix { $0 != 0 }.map { UInt32($0) })
    case "i", "u", "f": return number(ordered, kind: UnicodeScalar(kind))
    // Dates are whole numbers of a unit that the metadata tells.
    case "M", "m": return number(ordered, kind: "i")
    default: return "<\(bytes.count) bytes>"
    }
  }

  private static func number(_ bytes: [UInt8], kind: UnicodeScalar) -> String {
    let code: UInt8? =
      switch (kind, bytes.count) {
      case ("i", 1): UInt8(ascii: "b")
      case ("i", 2): UInt8(ascii: "h")
      case ("i", 4): UInt8(ascii: "i")
      case ("i", 8): UInt8(ascii: "q")
      case ("u", 1): UInt8(ascii: "B")
      case ("u", 2): UInt8(ascii: "H")
      case ("u", 4): UInt8(ascii: "I")
      case ("u", 8): UInt8(ascii: "Q")
      case ("f", 2): UInt8(ascii: "e")
      case ("f", 4): UInt8(ascii: "f")
      case ("f", 8): UInt8(ascii: "d")
      default: nil
      }
    guard let code, let format = CValueFormat(structCode: code, isNative: true) else { return "<\(bytes.count) bytes>" }
    return format.text(of: bytes)
  }
}
