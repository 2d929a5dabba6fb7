import MemoryImage

/// The functions that the module `atexit` keeps to call at the end, before 3.10: an array of pointers to callbacks, each
/// of which is a function with its arguments.
///
/// Mirrors `atexitmodule_state` in CPython's `Modules/atexitmodule.c`; the traversal is its `atexit_m_traverse`.
enum AtexitState {
  /// More functions than any program registers.
  private static let largestCount = 1 << 20

  static func forEachReferent(at state: Address, in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.atexit
    guard let field = layout.callbacks, let countField = layout.callbackCount,
      let callbacks = try? inferior.memory.load(Address.self, at: state + field.bytes),
      let count = try? inferior.memory.load(Int32.self, at: state + countField.bytes),
      (0...Self.largestCount).contains(Int(count)),
      let pointers = try? inferior.memory.array(of: Address.self, at: callbacks, count: Int(count))
    else { return }
    // An unregistered function leaves a null pointer.
    for callback in pointers where !callback.isNull {
      guard let parts = try? inferior.memory.array(of: Address.self, at: callback, count: layout.callbackSize / 8) else {
        continue
      }
      for part in parts { body(part, .visited, "md_state") }
    }
  }
}
