package import MemoryImage

/// A frame: the code that it runs, the current instruction, and the values of its variables. It is in a frame object
/// (before 3.11), on a thread's data stack, or inside a generator.
package struct Frame: Sendable {
  /// The address of the frame object or of the `_PyInterpreterFrame`.
  package let address: Address
  /// The code that the frame runs.
  package let code: Address
  /// The calling frame, null for the outermost one. For a frame object, this is the calling frame object.
  package let previous: Address
  /// The offset of the current instruction from the first, in bytes; negative before the first.
  package let instructionOffset: Int
  /// The first slot. The variables come first, then the evaluation stack.
  package let slots: Address
  /// The number of slots in use; nil while the frame runs, when only the interpreter knows it.
  package let usedSlotCount: Int?
  /// The function that runs, the dict of local variables if there is one, and the frame object if there is one. Null
  /// before 3.11, where a frame object holds all of this.
  package let function: Address
  /// The variables of the function's module (`f_globals`).
  package let globals: Address
  package let locals: Address
  package let frameObject: Address
  /// What the frame belongs to (`owner`); nil before 3.11.
  package let owner: Int8?
  /// The low bits of a slot that are not part of the pointer.
  let tagMask: UInt64

  /// Reads the frame object at `address`, for versions that keep everything in frame objects.
  package init?(frameObject address: Address, in inferior: __shared Inferior) {
    let layout = inferior.layout.frame
    guard let code = layout.f_code, let last = layout.f_lasti, let slots = layout.f_localsplus,
      let record = try? inferior.memory.record(at: address, size: layout.size)
    else { return nil }
    self.address = address
    self.code = record[code]
    previous = record[layout.f_back]
    globals = layout.f_globals.map { record[$0] } ?? .null
    instructionOffset = Int(record[last]) * layout.lastiUnit
    self.slots = address + slots.bytes
    usedSlotCount = Self.usedSlotCount(of: record, slots: self.slots, in: layout)
    (function, locals, frameObject, owner) = (.null, .null, .null, nil)
    tagMask = 0
  }

  private static func usedSlotCount(of record: MemoryRecord, slots: Address, in layout: FrameLayout) -> Int? {
    func count(upTo end: Address) -> Int { Int(truncatingIfNeeded: end.rawValue &- slots.rawValue) / 8 }
    if let top = layout.f_stacktop { return record[top].isNull ? nil : count(upTo: record[top]) }
    guard let stack = layout.f_valuestack, let depth = layout.f_stackdepth, record[depth] >= 0 else { return nil }
    return count(upTo: record[stack]) &+ Int(record[depth])
  }

  /// Reads the frame at `address`: a frame object or an interpreter frame, whichever the version has.
  package init?(at address: Address, in inferior: __shared Inferior) {
    if inferior.layout.interpreterFrame == nil {
      self.init(frameObject: address, in: inferior)
    } else {
      self.init(interpreterFrame: address, in: inferior)
    }
  }

  /// Reads the interpreter frame at `address` (`struct _PyInterpreterFrame`).
  package init?(interpreterFrame address: Address, in inferior: __shared Inferior) {
    guard let layout = inferior.layout.interpreterFrame, let first = inferior.layout.code.co_code_adaptive,
      let record = try? inferior.memory.record(at: address, size: layout.size)
    else { return nil }
    self.address = address
    tagMask = layout.tagMask
    code = Address(record[layout.f_executable].rawValue & ~tagMask)
    previous = record[layout.previous]
    let firstInstruction = code + first.bytes
    instructionOffset = Int(truncatingIfNeeded: record[layout.instr_ptr].rawValue &- firstInstruction.rawValue)
    slots = address + layout.localsplus.bytes
    function = Address(record[layout.f_funcobj].rawValue & ~tagMask)
    globals = record[layout.f_globals]
    locals = record[layout.f_locals]
    frameObject = record[layout.frame_obj]
    owner = record[layout.owner]
    if let pointer = layout.stackpointer {
      let end = record[pointer]
      usedSlotCount = end < slots ? nil : Int(truncatingIfNeeded: end.rawValue &- slots.rawValue) / 8
    } else {
      let count = layout.stacktop.map { record[$0] } ?? -1
      usedSlotCount = count < 0 ? nil : Int(count)
    }
  }

  /// The current line; nil if the code or its table cannot be read.
  package func line(in inferior: Inferior) -> Int? {
    (try? PyCodeObject(at: code, in: inferior))?.line(atOffset: instructionOffset, in: inferior)
  }

  /// The variables that have a value, with their names, in the order of the frame.
  package func variables(in inferior: Inferior) -> [(name: String, value: Address)] {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return [] }
    let names = code.variableNames(in: inferior)
    return zip(names, inferior.pointers(at: slots, count: names.count, limit: names.count)).compactMap { name, slot in
      let value = Address(slot.rawValue & ~tagMask)
      guard !value.isNull, let name = inferior.shownString(at: name) else { return nil }
      return (name, value)
    }
  }
}

extension Frame {
  /// Calls `body` with the value of each slot. While the frame runs, values above the variables may be left over from before.
  func forEachSlot(in inferior: Inferior, _ kind: ReferentKind, _ body: ReferentBody) {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return }
    let variableCount = code.variableCount(in: inferior)
    let count = variableCount &+ code.stackSize(in: inferior)
    guard count >= 0, count < 1 << 24,
      let values = try? inferior.memory.array(of: UInt64.self, at: slots, count: min(usedSlotCount ?? count, count))
    else { return }
    for index in 0..<values.count {
      // A slot with all of the tag's bits is a tagged integer (`Py_INT_TAG`).
      let value = values[index]
      guard tagMask == 0 || value & tagMask != tagMask else { continue }
      let isVariable = index < variableCount
      body(
        Address(value & ~tagMask), isVariable || usedSlotCount != nil ? kind : .probable,
        isVariable ? .variable(index) : .stack(index &- variableCount))
    }
  }

  /// Calls `body` with the values of the variables' slots, whether these count as used or not.
  func forEachVariable(in inferior: Inferior, _ body: (_ value: Address, _ part: ReferentPart) -> Void) {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return }
    let count = code.variableCount(in: inferior)
    guard count >= 0, count < 1 << 24, let values = try? inferior.memory.array(of: UInt64.self, at: slots, count: count)
    else { return }
    for index in 0..<values.count where tagMask == 0 || values[index] & tagMask != tagMask {
      body(Address(values[index] & ~tagMask), .variable(index))
    }
  }

  /// Calls `body` with what an interpreter frame refers to, as `_PyFrame_Traverse` does.
  func forEachReferent(in inferior: Inferior, _ kind: ReferentKind, _ body: ReferentBody) {
    body(frameObject, kind, "frame_obj")
    body(locals, kind, "f_locals")
    body(function, kind, "f_funcobj")
    body(code, kind, "f_executable")
    forEachSlot(in: inferior, kind, body)
  }
}
