package import MemoryImage

/// A function's activation, whether it lay in a frame object (before 3.11), on a thread's data stack or inside a
/// generator: what it runs, where it stands, and what its variables hold.
package struct Frame: Sendable {
  /// The code it runs.
  package let code: Address
  /// The frame that called it, null at the outermost one; for a frame object the calling frame object.
  package let previous: Address
  /// The bytes from the first instruction to the current one; negative before the first.
  package let instructionOffset: Int
  /// The first of the slots: variables, then the evaluation stack.
  package let slots: Address
  /// The low bits of a slot that are no part of the pointer.
  private let tagMask: UInt64

  /// Reads the frame object at `address` of a version that keeps everything in frame objects.
  package init?(frameObject address: Address, in inferior: Inferior) {
    let layout = inferior.layout.frame
    guard let code = layout.f_code, let last = layout.f_lasti, let slots = layout.f_localsplus,
      let record = try? inferior.memory.record(at: address, size: layout.size)
    else { return nil }
    self.code = record[code]
    previous = record[layout.f_back]
    // `f_lasti` counts instructions of two bytes each.
    instructionOffset = Int(record[last]) * 2
    self.slots = address + slots.bytes
    tagMask = 0
  }

  /// Reads the interpreter frame at `address` (`struct _PyInterpreterFrame`).
  package init?(interpreterFrame address: Address, in inferior: Inferior) {
    guard let layout = inferior.layout.interpreterFrame, let first = inferior.layout.code.co_code_adaptive,
      let record = try? inferior.memory.record(at: address, size: layout.size)
    else { return nil }
    tagMask = layout.tagMask
    code = Address(record[layout.f_executable].rawValue & ~tagMask)
    previous = record[layout.previous]
    let firstInstruction = code + first.bytes
    instructionOffset = Int(truncatingIfNeeded: record[layout.instr_ptr].rawValue &- firstInstruction.rawValue)
    slots = address + layout.localsplus.bytes
  }

  /// The line at which the frame stands, or nil if its code or table cannot be read.
  package func line(in inferior: Inferior) -> Int? {
    (try? PyCodeObject(at: code, in: inferior))?.line(atOffset: instructionOffset, in: inferior)
  }

  /// The variables that have a value, with their names, in the order of the frame.
  package func variables(in inferior: Inferior) -> [(name: String, value: Address)] {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return [] }
    let names = code.variableNames(in: inferior)
    return zip(names, inferior.pointers(at: slots, count: names.count, limit: names.count)).compactMap { name, slot in
      let value = Address(slot.rawValue & ~tagMask)
      guard !value.isNull, let name = inferior.string(at: name) else { return nil }
      return (name, value)
    }
  }
}
