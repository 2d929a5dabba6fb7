package import MemoryImage

/// A `str` in the inferior's memory.
///
/// Mirrors `PyASCIIObject`, `PyCompactUnicodeObject` and `PyUnicodeObject` in CPython's
/// `Include/cpython/unicodeobject.h` (PEP 393).
package struct PyUnicodeObject: PythonObject {
  package let address: Address
  /// The number of code points (`length`).
  package let length: Int
  /// The number of bytes for each code point (`state.kind`): 1, 2 or 4; 0 if the string is not ready.
  package let kind: Int
  /// Whether structure and characters are in one block (`state.compact`).
  package let isCompact: Bool
  /// Whether all code points are below 128 (`state.ascii`).
  package let isASCII: Bool
  /// Where the characters begin.
  package let characters: Address
  /// The copies of the text besides the characters (`utf8` and `wstr`), empty if there are none.
  private let utf8: TextCopy
  private let wide: TextCopy

  /// A copy of the text in separate memory.
  private struct TextCopy {
    var address = Address.null
    var byteCount = 0

    private var isPlausible = true

    init() {}

    /// A copy of `count` units of `width` bytes, and a terminating one.
    ///
    /// - Parameter plausible: the possible numbers of units for a text of this length.
    init(at address: Address, count: Int, width: Int, plausible: ClosedRange<Int>) {
      self.address = address
      byteCount = (count &+ 1) &* width
      isPlausible = plausible.contains(count)
    }

    /// Whether the copy is in the dump, or in memory that the dump may lack: copies for the interpreter's static strings
    /// are in its program's constants (`_PyUnicode_LATIN1_INIT`).
    func isMappedOrMissing(in inferior: Inferior) -> Bool {
      guard !address.isNull else { return true }
      return byteCount > 0 && (isPlausible || inferior.memory.isMapped(address, byteCount: byteCount))
    }
  }

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    try self.init(at: header.address, in: inferior)
  }

  /// Reads the string at `address` without checking its type.
  package init(at address: Address, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.unicode
    let head = try inferior.memory.record(at: address, size: layout.asciiSize)
    let state = head[layout.state]
    self.address = address
    length = head[layout.length]
    isCompact = state >> layout.compactShift & 1 == 1
    isASCII = state >> layout.asciiShift & 1 == 1
    let isReady = layout.readyShift.map { state >> $0 & 1 == 1 } ?? true
    kind = isReady ? Int(state >> layout.kindShift & 7) : 0
    if isCompact && isASCII {
      characters = address + layout.asciiSize
      // The `wchar_t` copy of a compact ASCII string always has separate memory.
      let copy = layout.wstr.map { head[$0] } ?? .null
      wide = copy.isNull ? TextCopy() : TextCopy(at: copy, count: length, width: 4, plausible: length...length)
      utf8 = TextCopy()
      return
    }
    let record = try inferior.memory.record(at: address, size: isCompact ? layout.compactSize : layout.size)
    characters = isCompact ? address + layout.compactSize : record[layout.data]
    // A pointer at the text itself is not a copy.
    let copy = record[layout.utf8]
    // A code point takes from one byte to four.
    let most = length >= 0 && length <= .max / 4 ? length * 4 : length
    utf8 =
      copy.isNull || copy == characters
      ? TextCopy() : TextCopy(at: copy, count: record[layout.utf8_length], width: 1, plausible: length...most)
    if let wstr = layout.wstr, let length = layout.wstr_length, !record[wstr].isNull, record[wstr] != characters {
      wide = TextCopy(at: record[wstr], count: record[length], width: 4, plausible: self.length...self.length)
    } else {
      wide = TextCopy()
    }
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    guard length >= 0 else { return .sizeOutOfRange }
    // A string that is not ready has only a `wstr`.
    if kind == 0, isCompact || !characters.isNull || wide.address.isNull { return .invalidState }
    guard utf8.isMappedOrMissing(in: inferior), wide.isMappedOrMissing(in: inferior) else { return .unmappedItems }
    if kind == 0 { return nil }
    guard kind == 1 || kind == 2 || kind == 4, !isASCII || kind == 1 else { return .invalidState }
    let (size, overflow) = length.multipliedReportingOverflow(by: kind)
    guard !overflow, size < Int.max else { return .sizeOutOfRange }
    guard inferior.memory.isMapped(characters, byteCount: size + 1) else { return .unmappedItems }
    // Every string ends with a null character, whatever its kind.
    let last = try? inferior.memory.load(UInt8.self, at: characters + size)
    return last == 0 ? nil : .invalidData
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {}

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.unicode
    let text = (length &+ 1) &* kind
    let copies = utf8.byteCount &+ wide.byteCount
    if isCompact { return (isASCII ? layout.asciiSize : layout.compactSize) &+ text &+ copies }
    return layout.size &+ (characters.isNull ? 0 : text) &+ copies
  }

  /// The number of bytes from the address on: the structure, followed by the text if it is compact.
  func inPlaceByteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.unicode
    guard isCompact else { return layout.size }
    let isKindValid = kind == 1 || kind == 2 || kind == 4
    return (isASCII ? layout.asciiSize : layout.compactSize) &+ (isKindValid ? (length &+ 1) &* kind : 0)
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    .text(codePoints: codePoints(in: inferior, limit: limit), length: length)
  }
}

extension PyUnicodeObject {
  /// The first `limit` code points; surrogates and numbers beyond Unicode are given unchanged.
  package func codePoints(in inferior: Inferior, limit: Int) -> [UInt32] {
    let count = max(0, min(length, limit))
    do throws(MemoryFault) {
      switch kind {
      case 1: return try inferior.memory.array(of: UInt8.self, at: characters, count: count).map(UInt32.init)
      case 2: return try inferior.memory.array(of: UInt16.self, at: characters, count: count).map(UInt32.init)
      case 4: return try Array(inferior.memory.array(of: UInt32.self, at: characters, count: count))
      default: return []
      }
    } catch {
      return []
    }
  }

  /// The first `limit` code points as text; lone surrogates are represented as in `ForeignText`.
  package func text(in inferior: Inferior, limit: Int) -> String {
    if isASCII, kind == 1 {
      let bytes = try? inferior.memory.array(of: UInt8.self, at: characters, count: max(0, min(length, limit)))
      return bytes.map { bytes in String(decoding: (0..<bytes.count).map { bytes[$0] }, as: UTF8.self) } ?? ""
    }
    return ForeignText.text(codePoints(in: inferior, limit: limit))
  }
}
