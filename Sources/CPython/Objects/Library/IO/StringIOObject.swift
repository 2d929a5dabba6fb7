package import MemoryImage

/// An `io.StringIO` in the inferior's memory: an array of code points, or a string that is still being built.
///
/// Mirrors `stringio` in CPython's `Modules/_io/stringio.c`.
package struct StringIOObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// `STATE_ACCUMULATING`: what is written is in the writer, not in `buf`.
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
    let length = max(0, record[layout.string_size])
    let shown = min(length, max(0, limit))
    let isAccumulating = record[layout.state] == Self.accumulating
    let points = isAccumulating ? accumulated(shown, in: inferior) : buffered(shown, in: inferior)
    return .described(
      "_io.StringIO size=\(length) position=\(record[layout.pos])",
      fields: [.init("value", shape: .text(codePoints: points, length: length))])
  }

  /// The first code points of the array.
  private func buffered(_ count: Int, in inferior: Inferior) -> [UInt32] {
    let layout = inferior.layout.stringIO
    let count = max(0, min(count, record[layout.buf_size]))
    return (try? inferior.memory.array(of: UInt32.self, at: record[layout.buf], count: count)).map(Array.init) ?? []
  }

  /// The first code points of what was written: in lists of pieces (before 3.12), or in a string that has room for more.
  private func accumulated(_ count: Int, in inferior: Inferior) -> [UInt32] {
    var pieces: [Address] = []
    forEachReferent(in: inferior) { address, _, part in
      guard case .field(let name) = part, name.description.contains(".") else { return }
      if let header = inferior.object(at: address), header.type.kind == .list,
        let list = try? PyListObject(header, in: inferior)
      {
        pieces += inferior.pointers(at: list.items, count: list.count, limit: count)
      } else {
        pieces.append(address)
      }
    }
    var points: [UInt32] = []
    for piece in pieces where points.count < count {
      guard let header = inferior.object(at: piece), header.type.kind == .str,
        let text = try? PyUnicodeObject(header, in: inferior)
      else { continue }
      points += text.codePoints(in: inferior, limit: count - points.count)
    }
    return points
  }
}
