package import MemoryImage

/// A `multidict.MultiDict` or `CIMultiDict` in the inferior's memory. Its fields are walked as those of any C type, and
/// its size is the result of `__sizeof__`.
///
/// Mirrors `MultiDictObject` in multidict's `multidict/_multilib/dict.h`.
package struct MultiDictObject: PythonObject {
  package let address: Address
  private let header: ObjectHeader
  private let fields: GenericObject

  /// More bases than a class has: a limit for hostile dumps.
  private static let baseLimit = 256

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    self.header = header
    fields = try GenericObject(header, in: inferior)
  }

  /// Checks only the fields: an inconsistent structure may belong to an unknown release, and then only the basic size counts.
  package func invalidReason(in inferior: Inferior) -> InvalidReason? { fields.invalidReason(in: inferior) }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    fields.forEachReferent(in: inferior, body)
  }

  package func byteCount(in inferior: Inferior) -> Int { knownByteCount(in: inferior) ?? header.type.basicSize }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape { fields.shape(in: inferior, limit: limit) }

  /// The result of `__sizeof__`, which does not count the fields of a subclass; nil if no known structure is consistent.
  package func knownByteCount(in inferior: Inferior) -> Int? {
    var type = inferior.types.types[Int(header.type.number)]
    for _ in 0..<Self.baseLimit where !type.isOfOwnKind {
      guard let base = inferior.types.type(at: type.base) else { return nil }
      type = base
    }
    let size = type.traits.basicSize
    guard type.isOfOwnKind, let record = try? inferior.memory.record(at: address, size: max(size, 16)) else { return nil }
    for layout in MultiDictLayout.layouts(basicSize: size) {
      if let outside = Self.byteCountOutside(of: record, at: address, layout, in: inferior) { return size &+ outside }
    }
    return nil
  }

  /// The size of what is in a block of its own, in bytes; nil if it is inconsistent.
  private static func byteCountOutside(
    of record: MemoryRecord, at address: Address, _ layout: MultiDictLayout, in inferior: Inferior
  ) -> Int? {
    switch layout {
    case .pairs(let capacity, let count, let pairs, let buffer):
      if record[pairs] == address + buffer { return 0 }
      guard (MultiDictLayout.leastCapacity...1 << 40).contains(record[capacity]),
        (0...record[capacity]).contains(record[count])
      else { return nil }
      let size = record[capacity] &* MultiDictLayout.pairSize
      guard inferior.memory.isMapped(record[pairs], byteCount: size),
        MemoryBlock(at: record[pairs], in: inferior).map({ $0.byteCount >= size }) ?? true
      else { return nil }
      return size
    case .keys(let keys, let count, let tables):
      for table in tables {
        if let keys = MultiDictKeys(at: record[keys], liveCount: record[count], table, in: inferior) {
          return keys.byteCount
        }
      }
      return nil
    }
  }
}
