package import MemoryImage

extension PyGenObject {
  /// The opcode `YIELD_FROM` of 3.8 to 3.10 (Include/opcode.h), which later versions do not have.
  private static let yieldFrom: UInt8 = 72
  /// The argument of a `RESUME` after `yield from`. That of one after `await` is greater (Python/compile.c).
  private static let resumesAfterYieldFrom: UInt8 = 2

  /// The object that a suspended generator delegates to (`yield from`, `await`, `async for`), as in `gi_yieldfrom`,
  /// `cr_await` and `ag_await`; nil if it is in a `yield` of its own, or not suspended.
  package func delegate(in inferior: Inferior) -> Address? {
    guard state == .suspended, let frame, isDelegating(frame, in: inferior) else { return nil }
    return frame.stackValue(depth: inferior.layout.generator.delegateDepth, in: inferior)
  }

  private func isDelegating(_ frame: Frame, in inferior: Inferior) -> Bool {
    let layout = inferior.layout
    let next = frame.instructionOffset &+ 2
    switch layout.generator.delegation {
    case .yieldFrom:
      guard let field = layout.code.co_code, let code: Address = try? inferior.memory.load(at: frame.code + field.bytes)
      else { return false }
      return byte(at: code + (layout.bytes.ob_sval.bytes &+ next), in: inferior) == Self.yieldFrom
    case .resumeArgument:
      guard let first = layout.code.co_code_adaptive else { return false }
      // A suspended frame continues at a RESUME, whose argument is the byte after the opcode.
      return byte(at: frame.code + (first.bytes &+ next &+ 1), in: inferior) ?? 0 >= Self.resumesAfterYieldFrom
    case .state:
      guard let field = layout.generator.gi_frame_state else { return false }
      let state = byte(at: address + field.bytes, in: inferior).map { Int8(bitPattern: $0) } ?? layout.generator.clearedState
      return state >= layout.generator.delegatingState && state < layout.generator.executingState
    }
  }

  private func byte(at address: Address, in inferior: Inferior) -> UInt8? {
    try? inferior.memory.load(UInt8.self, at: address)
  }
}
