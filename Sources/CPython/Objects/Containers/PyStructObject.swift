package import MemoryImage

/// A `struct.Struct` in the inferior's memory: a format, and the codes that it was compiled to.
///
/// Mirrors `PyStructObject` and `formatcode` in CPython's `Modules/_struct.c`.
package struct PyStructObject: PythonObject {
  package let address: Address
  /// The size in bytes of what it packs (`s_size`).
  package let packedSize: Int
  /// The codes (`s_codes`) and the format as text (`s_format`).
  package let codes: Address
  package let format: Address
  private let type: TypeTraits

  /// More codes than any format has.
  private static let codeLimit = 1 << 24

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    let layout = inferior.layout.structFormat
    let record = try inferior.memory.record(at: header.address, size: layout.size)
    address = header.address
    type = header.type
    packedSize = record[layout.s_size]
    codes = record[layout.s_codes]
    format = record[layout.s_format]
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    // An object that was created but not initialised has the size -1.
    guard packedSize >= -1 else { return .sizeOutOfRange }
    guard codes.isAligned(to: 8), format.isAligned(to: 8) else { return .misalignedPointer }
    return codes.isNull || codeCount(in: inferior) != nil ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    body(format, inferior.layout.structFormat.formatKind, "s_format")
  }

  package func byteCount(in inferior: Inferior) -> Int {
    type.basicSize &+ ((codeCount(in: inferior) ?? 0) &+ 1) &* inferior.layout.structFormat.codeSize
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let text = inferior.briefText(of: format) ?? "?"
    return .described("_struct.Struct format=\(text) size=\(packedSize)", fields: [])
  }

  /// The number of codes before the terminating one; nil if that is not in the dump.
  private func codeCount(in inferior: Inferior) -> Int? {
    let layout = inferior.layout.structFormat
    guard !codes.isNull, layout.codeSize > 0 else { return nil }
    for index in 0..<Self.codeLimit {
      let code = codes + (index &* layout.codeSize &+ layout.fmtdef.bytes)
      guard let definition: Address = try? inferior.memory.load(at: code) else { return nil }
      if definition.isNull { return index }
    }
    return nil
  }
}
