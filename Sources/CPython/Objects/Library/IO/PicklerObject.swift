package import MemoryImage

/// A `pickle.Pickler` in the inferior's memory: a hash table of the objects it has written, and its output.
///
/// Mirrors `PicklerObject`, `PyMemoTable` and `PyMemoEntry` in CPython's `Modules/_pickle.c`.
package struct PicklerObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  /// More entries than any table has.
  private static let entryLimit = 1 << 32

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.pickler.size)
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let memo = record[inferior.layout.pickler.memo]
    guard memo.isAligned(to: 8) else { return .misalignedPointer }
    guard !memo.isNull else { return nil }
    guard let (table, count) = table(in: inferior) else { return .unmapped }
    return inferior.memory.isMapped(table, byteCount: count * inferior.layout.pickler.memoEntrySize)
      ? nil : .unmappedItems
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.pickler
    record.give(layout.write, .visited, as: "write", to: body)
    record.give(layout.persistent_id, .visited, as: "persistent_id", to: body)
    record.give(layout.persistent_id_attr, .visited, as: "persistent_id_attr", to: body)
    record.give(layout.dispatch_table, .visited, as: "dispatch_table", to: body)
    record.give(layout.fast_memo, .visited, as: "fast_memo", to: body)
    record.give(layout.reducer_override, .visited, as: "reducer_override", to: body)
    record.give(layout.buffer_callback, .visited, as: "buffer_callback", to: body)
    record.give(layout.output_buffer, .held, as: "output_buffer", to: body)
    guard let (table, count) = table(in: inferior),
      inferior.memory.isMapped(table, byteCount: count &* layout.memoEntrySize)
    else { return }
    for index in 0..<count {
      let key = table + (index &* layout.memoEntrySize &+ layout.me_key.bytes)
      body((try? inferior.memory.load(at: key)) ?? .null, layout.memoKind, "memo")
    }
  }

  package func byteCount(in inferior: Inferior) -> Int {
    let layout = inferior.layout.pickler
    var size = type.basicSize
    if let (_, count) = table(in: inferior) { size = size &+ layout.memoSize &+ count &* layout.memoEntrySize }
    // Only a `bytes` is counted: in a damaged dump a pickler may be its own buffer.
    let output = inferior.object(at: record[layout.output_buffer])
    if let output, output.type.kind == .bytes { size = size &+ output.byteCount(in: inferior) }
    return size
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let layout = inferior.layout.pickler
    let fields = [("write", record[layout.write]), ("output_buffer", record[layout.output_buffer])]
    return .described("_pickle.Pickler", fields: fields.map { .init($0.0, object: $0.1) })
  }

  /// The memo's entries and the number for which there is room; nil if it has none.
  private func table(in inferior: Inferior) -> (Address, Int)? {
    let layout = inferior.layout.pickler
    guard let memo = try? inferior.memory.record(at: record[layout.memo], size: layout.memoSize),
      (0..<Self.entryLimit).contains(memo[layout.mt_allocated])
    else { return nil }
    return (memo[layout.mt_table], memo[layout.mt_allocated])
  }
}
