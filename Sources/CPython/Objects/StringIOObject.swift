package import MemoryImage

/// An `io.StringIO` as it lay in the inferior's memory: an array of code points, or a string still being put together.
///
/// Mirrors `stringio` in CPython's `Modules/_io/stringio.c`.
package struct StringIOObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// `STATE_ACCUMULATING`: what is written lies in the writer, not in `buf`.
  private static let accumulating: Int32 = 2

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.stringIO.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.stringIO
    guard record[layout.pos] >= 0, record[layout.string_size] >= 0, record[layout.buf_size] >= 0,
      record[layout.buf_size] < Int.max / 4
    else { return .sizeOutOfRange }
    guard (0...Self.accumulating).contains(record[layout.state]), (0...1).contains(record[layout.closed]) else {
      return .invalidState
    }
    guard record[layout.buf].isAligned(to: 4) else { return .misalignedPointer }
    guard record[layout.state] != Self.accumulating, !record[layout.buf].isNull else { return nil }
    return inferior.memory.isMapped(record[layout.buf], byteCount: record[layout.buf_size] * 4) ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.stringIO
    record.give(layout.decoder, layout.newlineKind, as: "decoder", to: body)
    record.give(layout.readnl, layout.newlineKind, as: "readnl", to: body)
    record.give(layout.writenl, layout.newlineKind, as: "writenl", to: body)
    record.give(layout.large, .held, as: "accu.large", to: body)
    record.give(layout.small, .held, as: "accu.small", to: body)
    record.give(layout.writerBuffer, .held, as: "writer.buffer", to: body)
    if let writer = layout.writer, let field = layout.writerStructureBuffer, !record[writer].isNull {
      body((try? inferior.memory.load(at: record[writer] + field.bytes)) ?? .null, .held, "writer.buffer")
    }
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.stringIO
    if record[layout.closed] != 0 { return .described("_io.StringIO closed", fields: []) }
    let summary = "_io.StringIO size=\(record[layout.string_size]) position=\(record[layout.pos])"
    var fields: [ObjectShape.Field] = []
    if record[layout.state] == Self.accumulating {
      forEachReferent(in: inferior) { address, _, part in
        if case .field(let name) = part, name.description.contains(".") {
          fields.append(.init(name.description, object: address))
        }
      }
    } else if let text = text(in: inferior, limit: 100) {
      fields.append(.init("value", ObjectShape.quoted(text)))
    }
    return .described(summary, fields: fields.filter { if case .object(.null) = $0.value { false } else { true } })
  }

  /// The first characters, where they lie in `buf`; nil if they are not in the dump.
  private func text(in inferior: Inferior, limit: Int) -> String? {
    let layout = inferior.layout.stringIO
    let count = max(0, min(record[layout.string_size], record[layout.buf_size], limit))
    guard let points = try? inferior.memory.array(of: UInt32.self, at: record[layout.buf], count: count) else {
      return nil
    }
    var text = ""
    for point in points { text.unicodeScalars.append(UnicodeScalar(point) ?? "\u{FFFD}") }
    return text
  }
}
