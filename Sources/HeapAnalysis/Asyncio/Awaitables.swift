package import CPython
package import MemoryImage

/// The C types whose objects are between what awaits and what is awaited, and the field in which each keeps the latter.
package struct Awaitables: Sendable {
  private let inferior: Inferior
  /// The offset of the field in bytes, by the type's number; -1 for all other types.
  private let places: [Int]

  /// The fields by the names of the types: those of `coroutine.__await__()`, an asynchronous generator's `__anext__()`,
  /// `asend()` and `athrow()`, `anext()` with a default, and a future's `__await__()`.
  private static let fields = [
    "coroutine_wrapper": "cw_coroutine", "async_generator_asend": "ags_gen", "async_generator_athrow": "agt_gen",
    "anext_awaitable": "wrapped", "FutureIter": "future",
  ]

  package init(_ inferior: Inferior) {
    self.inferior = inferior
    let types = inferior.types
    places = types.types.map { type in
      guard let name = Self.fields[type.shortName] else { return -1 }
      let field = types.walks[Int(type.traits.number)].fields.first { types.fieldNames[Int($0)] == name }
      return field.map { types.fields[Int($0)].offset } ?? -1
    }
  }

  /// The coroutine, generator or future that the object at an address represents; otherwise the object itself.
  package func unwrapped(_ address: Address) -> Address {
    guard let header = inferior.object(at: address), places[Int(header.type.number)] >= 0,
      let inner: Address = try? inferior.memory.load(at: address + places[Int(header.type.number)]), !inner.isNull
    else { return address }
    return inner
  }
}
