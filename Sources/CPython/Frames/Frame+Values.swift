package import MemoryImage

extension Frame {
  /// The local variables that have a value, as `frame.f_locals` has them: arguments and locals, then the contents of
  /// cells of the function and of the functions around it.
  package func locals(in inferior: Inferior) -> [(name: String, value: Address)] {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return [] }
    let names = code.variableNames(in: inferior)
    let firstCell = code.firstCellNumber(in: inferior)
    let kinds = code.variableKinds(in: inferior)
    return zip(names.indices, inferior.pointers(at: slots, count: names.count, limit: names.count))
      .compactMap { number, slot in
        var value = Address(slot.rawValue & ~tagMask)
        let isCell = kinds.isEmpty ? number >= firstCell : kinds[min(number, kinds.count - 1)] & 0xC0 != 0
        if isCell, let header = inferior.object(at: value), header.type.kind == .cell {
          value = (try? PyCellObject(header, in: inferior))?.contents ?? .null
        }
        guard !value.isNull, let name = inferior.shownString(at: names[number]) else { return nil }
        return (name, value)
      }
  }

  /// The value of one local variable; nil if it has none.
  package func local(_ name: String, in inferior: Inferior) -> Address? {
    value(ofVariables: variables(named: name, in: inferior), in: inferior)
  }

  /// The numbers of the function's variables with a name, the same for all frames of one code object. Before 3.11 an
  /// argument that is a cell also has an empty variable of the same name.
  package func variables(named name: String, in inferior: Inferior) -> [Int] {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return [] }
    let length = name.unicodeScalars.count
    return code.variableNames(in: inferior).enumerated()
      .filter { inferior.string(at: $1, limit: length) == name }.map(\.offset)
  }

  /// The value of the first of the given variables that has one; nil if none has.
  package func value(ofVariables numbers: [Int], in inferior: Inferior) -> Address? {
    for number in numbers {
      guard let slot: Address = try? inferior.memory.load(at: slots + number &* 8) else { return nil }
      let value = Address(slot.rawValue & ~tagMask)
      guard !value.isNull else { continue }
      guard let header = inferior.object(at: value), header.type.kind == .cell else { return value }
      return (try? PyCellObject(header, in: inferior))?.contents
    }
    return nil
  }

  /// The values on the evaluation stack. While the frame runs only the interpreter knows how many there are; then all slots
  /// are given. `certain` is the number of those surely in use: of a running frame, those that its current block keeps.
  package func evaluationStack(in inferior: Inferior) -> (values: [Address], certain: Int) {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return ([], 0) }
    let first = code.variableCount(in: inferior)
    let room = code.stackSize(in: inferior)
    guard first >= 0, room >= 0, first < 1 << 20, room < 1 << 20 else { return ([], 0) }
    let count = usedSlotCount.map { max(0, min($0 &- first, room)) } ?? room
    let values = inferior.pointers(at: slots + first &* 8, count: count, limit: count).map { slot in
      // A slot with all of the tag's bits is a tagged integer (`Py_INT_TAG`).
      tagMask != 0 && slot.rawValue & tagMask == tagMask ? Address.null : Address(slot.rawValue & ~tagMask)
    }
    return (values, min(values.count, blockDepth(code, in: inferior)))
  }

  /// A value on the evaluation stack of a frame that is not running; nil if there is none.
  ///
  /// - Parameter depth: the place of the value, counted from 1 at the top.
  func stackValue(depth: Int, in inferior: Inferior) -> Address? {
    guard let count = usedSlotCount, let code = try? PyCodeObject(at: code, in: inferior),
      count < 1 << 21, count - depth >= code.variableCount(in: inferior),
      let slot: Address = try? inferior.memory.load(at: slots + (count - depth) &* 8)
    else { return nil }
    // A slot with all of the tag's bits is a tagged integer (`Py_INT_TAG`).
    if tagMask != 0 && slot.rawValue & tagMask == tagMask { return nil }
    let value = Address(slot.rawValue & ~tagMask)
    return value.isNull ? nil : value
  }

  /// Whether the frame is in a block that keeps values on the stack, as `with` does. Since 3.11 the answer is the same
  /// for all frames with the same code at the same instruction.
  package func isInBlock(in inferior: Inferior) -> Bool {
    guard let code = try? PyCodeObject(at: code, in: inferior) else { return false }
    return blockDepth(code, in: inferior) > 0
  }

  /// The number of values that the frame's current block keeps on the stack.
  private func blockDepth(_ code: PyCodeObject, in inferior: Inferior) -> Int {
    let layout = inferior.layout.frame
    if let table = code.exceptionTable(in: inferior) { return table.depth(atOffset: instructionOffset) }
    guard let count = layout.f_iblock, let blocks = layout.f_blockstack, let size = layout.blockSize,
      let type = layout.b_type, let level = layout.b_level,
      let number = try? inferior.memory.load(Int32.self, at: address + count.bytes), (1...Self.blockLimit).contains(number),
      let block = try? inferior.memory.record(at: address + (blocks.bytes &+ (Int(number) - 1) &* size), size: size),
      (0..<1 << 20).contains(block[level])
    else { return 0 }
    return Int(block[level]) &+ (block[type] == Self.exceptHandler ? Self.savedExceptionCount : 0)
  }

  /// `CO_MAXBLOCKS` (Include/cpython/code.h).
  private static let blockLimit: Int32 = 20
  /// The type of a block that handles an exception (Include/opcode.h). It keeps three values of the exception handled before.
  private static let exceptHandler: Int32 = 257
  private static let savedExceptionCount = 3
}

extension PyCodeObject {
  /// The number of the first variable that is in a cell, for versions without kinds of variables.
  func firstCellNumber(in inferior: Inferior) -> Int {
    guard let count = inferior.layout.code.co_nlocals,
      let number = try? inferior.memory.load(Int32.self, at: address + count.bytes)
    else { return .max }
    return Int(number)
  }

  /// The bits of each variable's kind (`co_localspluskinds`): 0x40 for a cell, 0x80 for a free variable; none before 3.11.
  fileprivate func variableKinds(in inferior: Inferior) -> [UInt8] {
    inferior.layout.code.co_localspluskinds.flatMap { bytes(at: $0, in: inferior) }.map { bytes in
      (0..<bytes.count).map { bytes[$0] }
    } ?? []
  }

  /// The function's exception handlers; nil before 3.11.
  fileprivate func exceptionTable(in inferior: Inferior) -> ExceptionTable? {
    inferior.layout.code.co_exceptiontable.flatMap { bytes(at: $0, in: inferior) }.map { ExceptionTable($0) }
  }

  /// The contents of the `bytes` object that a field points at.
  private func bytes(at field: FieldOffset<Address>, in inferior: Inferior) -> MemoryArray<UInt8>? {
    let layout = inferior.layout
    guard let object: Address = try? inferior.memory.load(at: address + field.bytes),
      let count: Int = try? inferior.memory.load(at: object + layout.object.ob_size.bytes), (0..<1 << 28).contains(count)
    else { return nil }
    return try? inferior.memory.array(of: UInt8.self, at: object + layout.bytes.ob_sval.bytes, count: count)
  }
}
