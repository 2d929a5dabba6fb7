import MemoryImage

/// The hash table of a pandas index that was searched: a `khash` that a field of a Cython class points at.
///
/// Mirrors `kh_NAME_t` in pandas' `klib/khash.h`, and `HashTable.sizeof` in its `hashtable_class_helper.pxi.in`.
package struct PandasHashTable {
  /// The result of `HashTable.sizeof`.
  package let byteCount: Int

  private static let buckets: FieldOffset<UInt32> = 0
  private static let size: FieldOffset<UInt32> = 4
  private static let occupied: FieldOffset<UInt32> = 8
  private static let upperBound: FieldOffset<UInt32> = 12
  private static let flags: FieldOffset<Address> = 16
  private static let keys: FieldOffset<Address> = 24
  private static let values: FieldOffset<Address> = 32
  private static let headSize = 40
  private static let valueSize = 8
  /// `__ac_HASH_UPPER`.
  private static let load = 0.77
  private static let fieldsLimit = 256
  /// The size of a key in bytes, by the part of the class's name before `HashTable`.
  private static let keySizes = [
    "PyObject": 8, "String": 8, "Int64": 8, "UInt64": 8, "Float64": 8, "Complex64": 8, "Complex128": 16, "Int32": 4,
    "UInt32": 4, "Float32": 4, "Int16": 2, "UInt16": 2, "Int8": 1, "UInt8": 1,
  ]

  /// The table at the first consistent structure that a field of the object points at; nil if there is none.
  package init?(_ object: ObjectHeader, in inferior: Inferior) {
    let start = inferior.layout.object.size
    let count = (min(object.type.basicSize, Self.fieldsLimit) - start) / 8
    guard let name = inferior.typeName(of: object.address),
      let keySize = Self.keySizes[String(name.dropLast("HashTable".count))], count > 0,
      let words = try? inferior.memory.array(of: Address.self, at: object.address + start, count: count)
    else { return nil }
    for index in 0..<words.count {
      if let found = Self.byteCount(at: words[index], keySize: keySize, in: inferior) {
        byteCount = found
        return
      }
    }
    return nil
  }

  private static func byteCount(at address: Address, keySize: Int, in inferior: Inferior) -> Int? {
    guard !address.isNull, address.isAligned(to: 8),
      let head = try? inferior.memory.record(at: address, size: headSize)
    else { return nil }
    let count = Int(head[buckets])
    guard count >= 4, count & (count - 1) == 0, Int(head[upperBound]) == Int(Double(count) * load + 0.5),
      head[size] <= head[occupied], head[occupied] <= head[upperBound]
    else { return nil }
    let (flagBytes, keyBytes, valueBytes) = (max(1, count >> 5) * 4, count * keySize, count * valueSize)
    guard inferior.memory.isMapped(head[flags], byteCount: flagBytes),
      inferior.memory.isMapped(head[keys], byteCount: keyBytes),
      inferior.memory.isMapped(head[values], byteCount: valueBytes)
    else { return nil }
    return headSize + flagBytes + keyBytes + valueBytes
  }
}
