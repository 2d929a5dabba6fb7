package import MemoryImage

extension Inferior {
  /// The value of an attribute in the dicts of a class and its bases, in the order of its `__mro__`; nil if none has it.
  ///
  /// - Parameter onlyHeapTypes: whether only classes that were made at run time are looked at.
  package func classAttribute(_ name: String, ofType type: Address, onlyHeapTypes: Bool = true) -> Address? {
    guard let record = try? PyTypeObject(at: type, in: self) else { return nil }
    let mro = items(of: record[layout.type.tp_mro], limit: Self.mroLimit)
    for base in mro.isEmpty ? [type] : mro {
      guard let header = object(at: base), header.type.kind == .type else { continue }
      if onlyHeapTypes && !header.hasGCHead(in: self) { continue }
      if let value = Instance(header).attribute(name, in: self) { return value }
    }
    return nil
  }

  /// A class has fewer bases: a limit for hostile dumps.
  private static let mroLimit = 256
}
