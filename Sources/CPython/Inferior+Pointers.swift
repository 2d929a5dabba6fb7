package import MemoryImage

extension Inferior {
  /// Calls `body` with each pointer of an array that is not null; does nothing if the array is not in the dump.
  package func forEachPointer(at address: Address, count: Int, _ body: (Address) -> Void) {
    guard count > 0, let pointers = try? memory.array(of: Address.self, at: address, count: count) else { return }
    for pointer in pointers where !pointer.isNull { body(pointer) }
  }

  /// The first `limit` pointers of an array, null ones included; none if the array is not in the dump.
  package func pointers(at address: Address, count: Int, limit: Int) -> [Address] {
    guard let pointers = try? memory.array(of: Address.self, at: address, count: max(0, min(count, limit))) else {
      return []
    }
    return Array(pointers)
  }

  /// Whether the object at `address` is of the given kind, by its own type or a base's.
  package func isObject(_ address: Address, ofKind kind: ObjectKind) -> Bool {
    object(at: address)?.type.kind == kind
  }
}
