package import MemoryImage

extension Inferior {
  /// Calls `body` with each pointer of an array as a visited item; does nothing if the array is not in the dump.
  package func forEachItem(at address: Address, count: Int, _ body: ReferentBody) {
    guard count > 0, let pointers = try? memory.array(of: Address.self, at: address, count: count) else { return }
    for index in 0..<pointers.count { body(pointers[index], .visited, .item(index)) }
  }

  /// The first `limit` pointers of an array, including null ones; empty if the array is not in the dump.
  package func pointers(at address: Address, count: Int, limit: Int) -> [Address] {
    guard let pointers = try? memory.array(of: Address.self, at: address, count: max(0, min(count, limit))) else {
      return []
    }
    // `Array(pointers)` uses unspecialised library code: ten times slower.
    return (0..<pointers.count).map { pointers[$0] }
  }

  /// Whether the object at `address` is of the given kind, by its own type or a base type.
  package func isObject(_ address: Address, ofKind kind: ObjectKind) -> Bool {
    object(at: address)?.type.kind == kind
  }
}
