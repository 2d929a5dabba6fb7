import MemoryImage

extension Layout {
  /// Returns the layout with the fields that a dump's debug offsets give in place of its own.
  ///
  /// All numbers are taken or none. Every size must be in `1...65536`, and every field of the resulting layout must be
  /// inside its record, including those that the debug offsets do not give.
  ///
  /// - Throws: `DebugOffsetsProblem` with a reason of one line.
  package func applying(_ offsets: DebugOffsets) throws -> Layout {
    func refuse(_ reason: String) -> DebugOffsetsProblem {
      DebugOffsetsProblem(address: offsets.address, reason: reason)
    }
    guard offsets.version.feature == version.feature else {
      throw refuse("they are of \(offsets.version), the layout of \(version)")
    }
    guard !offsets.isFreeThreaded else { throw refuse("the build is free-threaded, the layout is not") }

    var layout = self
    try layout.takeObjects(from: offsets)
    try layout.takeTypes(from: offsets)
    try layout.takeContainers(from: offsets)
    try layout.takeStrings(from: offsets)
    try layout.takeNumbers(from: offsets)
    try layout.takeCode(from: offsets)
    try layout.takeFrames(from: offsets)
    try layout.takeRuntime(from: offsets)
    if let field = layout.fieldOutsideRecord { throw refuse("\(field) does not lie inside its record") }
    return layout
  }
}

extension Layout {
  private mutating func takeObjects(from offsets: DebugOffsets) throws {
    // Everything else in the table comes after an object's head: with another head the table is of no use.
    guard try offsets.size(of: .pyobject_size) == object.size else {
      let reason = "pyobject.size is \(offsets[.pyobject_size] ?? 0), the layout's \(object.size)"
      throw DebugOffsetsProblem(address: offsets.address, reason: reason)
    }
    try offsets.take(.pyobject_ob_type, of: .pyobject_size, into: &object.ob_type)
    for (field, size) in Self.itemCounts {
      let before = object.ob_size
      try offsets.take(field, of: size, into: &object.ob_size)
      guard object.ob_size == before else {
        let reason = "\(field.rawValue) is \(object.ob_size.bytes), the layout's \(before.bytes)"
        throw DebugOffsetsProblem(address: offsets.address, reason: reason)
      }
    }
  }

  /// `ob_size` of `PyVarObject`, once for each type for which the debug offsets give it.
  private static let itemCounts: [(DebugOffsets.Field, DebugOffsets.Field)] = [
    (.tuple_object_ob_size, .tuple_object_size), (.list_object_ob_size, .list_object_size),
    (.bytes_object_ob_size, .bytes_object_size),
  ]

  private mutating func takeTypes(from offsets: DebugOffsets) throws {
    let size = type.size
    try offsets.take(.type_object_size, into: &type.size)
    try offsets.take(.type_object_tp_name, of: .type_object_size, into: &type.tp_name)
    try offsets.take(.type_object_tp_repr, of: .type_object_size, into: &type.tp_repr)
    try offsets.take(.type_object_tp_flags, of: .type_object_size, into: &type.tp_flags)
    // A heap type begins with a type; its other fields move with the type's size.
    let growth = type.size - size
    type.heapSize += growth
    type.ht_name.move(by: growth)
    type.ht_slots.move(by: growth)
    type.ht_qualname.move(by: growth)
    type.ht_cached_keys.move(by: growth)
    type.ht_module?.move(by: growth)
  }

  private mutating func takeContainers(from offsets: DebugOffsets) throws {
    try offsets.take(.tuple_object_size, into: &tuple.size)
    try offsets.take(.tuple_object_ob_item, of: .tuple_object_size, into: &tuple.ob_item)
    try offsets.take(.list_object_size, into: &list.size)
    try offsets.take(.list_object_ob_item, of: .list_object_size, into: &list.ob_item)
    try offsets.take(.set_object_size, into: &set.size)
    try offsets.take(.set_object_used, of: .set_object_size, into: &set.used)
    try offsets.take(.set_object_table, of: .set_object_size, into: &set.table)
    try offsets.take(.set_object_mask, of: .set_object_size, into: &set.mask)
    try offsets.take(.dict_object_size, into: &dict.size)
    try offsets.take(.dict_object_ma_keys, of: .dict_object_size, into: &dict.ma_keys)
    try offsets.take(.dict_object_ma_values, of: .dict_object_size, into: &dict.ma_values)
  }

  private mutating func takeStrings(from offsets: DebugOffsets) throws {
    try offsets.take(.bytes_object_size, into: &bytes.size)
    try offsets.take(.bytes_object_ob_sval, of: .bytes_object_size, into: &bytes.ob_sval)

    let asciiSize = unicode.asciiSize
    try offsets.take(.unicode_object_size, into: &unicode.size)
    try offsets.take(.unicode_object_asciiobject_size, into: &unicode.asciiSize)
    try offsets.take(.unicode_object_state, of: .unicode_object_asciiobject_size, into: &unicode.state)
    try offsets.take(.unicode_object_length, of: .unicode_object_asciiobject_size, into: &unicode.length)
    // The longer forms of a string begin with the short one.
    let growth = unicode.asciiSize - asciiSize
    unicode.compactSize += growth
    unicode.utf8_length.move(by: growth)
    unicode.utf8.move(by: growth)
    unicode.data.move(by: growth)
  }

  private mutating func takeNumbers(from offsets: DebugOffsets) throws {
    try offsets.take(.float_object_size, into: &float.size)
    try offsets.take(.float_object_ob_fval, of: .float_object_size, into: &float.ob_fval)
    try offsets.take(.long_object_size, into: &long.size)
    try offsets.take(.long_object_lv_tag, of: .long_object_size, into: &long.lv_tag)
    try offsets.take(.long_object_ob_digit, of: .long_object_size, into: &long.ob_digit)
  }

  private mutating func takeCode(from offsets: DebugOffsets) throws {
    let size = DebugOffsets.Field.code_object_size
    try offsets.take(size, into: &code.size)
    try offsets.take(.code_object_filename, of: size, into: &code.co_filename)
    try offsets.take(.code_object_name, of: size, into: &code.co_name)
    try offsets.take(.code_object_qualname, of: size, into: &code.co_qualname)
    try offsets.take(.code_object_linetable, of: size, into: &code.co_linetable)
    try offsets.take(.code_object_firstlineno, of: size, into: &code.co_firstlineno)
    try offsets.take(.code_object_argcount, of: size, into: &code.co_argcount)
    try offsets.take(.code_object_localsplusnames, of: size, into: &code.co_localsplusnames)
    try offsets.take(.code_object_localspluskinds, of: size, into: &code.co_localspluskinds)
    try offsets.take(.code_object_co_code_adaptive, of: size, into: &code.co_code_adaptive)
  }

  private mutating func takeFrames(from offsets: DebugOffsets) throws {
    if var frame = interpreterFrame {
      let size = DebugOffsets.Field.interpreter_frame_size
      try offsets.take(size, into: &frame.size)
      try offsets.take(.interpreter_frame_previous, of: size, into: &frame.previous)
      try offsets.take(.interpreter_frame_executable, of: size, into: &frame.f_executable)
      try offsets.take(.interpreter_frame_instr_ptr, of: size, into: &frame.instr_ptr)
      try offsets.take(.interpreter_frame_localsplus, of: size, into: &frame.localsplus)
      try offsets.take(.interpreter_frame_owner, of: size, into: &frame.owner)
      try offsets.take(.interpreter_frame_stackpointer, of: size, into: &frame.stackpointer)
      interpreterFrame = frame
    }
    let size = generator.size
    try offsets.take(.gen_object_size, into: &generator.size)
    try offsets.take(.gen_object_gi_name, of: .gen_object_size, into: &generator.gi_name)
    try offsets.take(.gen_object_gi_iframe, of: .gen_object_size, into: &generator.gi_iframe)
    try offsets.take(.gen_object_gi_frame_state, of: .gen_object_size, into: &generator.gi_frame_state)
    // Coroutines and asynchronous generators have the fields of generators under other names (_PyGenObject_HEAD).
    generator.coroutineSize += generator.size - size
    generator.asyncGeneratorSize += generator.size - size
  }
}

extension Layout {
  private mutating func takeRuntime(from offsets: DebugOffsets) throws {
    let limit = DebugOffsets.stateLimit
    try offsets.take(.runtime_state_size, into: &runtime.size, limit: limit)
    try offsets.take(
      .runtime_state_interpreters_head, of: .runtime_state_size, into: &runtime.interpreters_head, limit: limit)
    try offsets.take(.runtime_state_finalizing, of: .runtime_state_size, into: &runtime.finalizing, limit: limit)
    // The list of interpreters is a structure of its own, whose fields move together.
    runtime.interpreters_main = FieldOffset(runtime.interpreters_head.bytes + 8)

    let size = DebugOffsets.Field.interpreter_state_size
    try offsets.take(size, into: &interpreter.size, limit: limit)
    try offsets.take(.interpreter_state_next, of: size, into: &interpreter.next, limit: limit)
    try offsets.take(.interpreter_state_threads_head, of: size, into: &interpreter.threads_head, limit: limit)
    try offsets.take(.interpreter_state_id, of: size, into: &interpreter.id, limit: limit)
    try offsets.take(.interpreter_state_imports_modules, of: size, into: &interpreter.modules, limit: limit)
    try offsets.take(.interpreter_state_sysdict, of: size, into: &interpreter.sysdict, limit: limit)
    try offsets.take(.interpreter_state_builtins, of: size, into: &interpreter.builtins, limit: limit)
    try offsets.take(.interpreter_state_ceval_gil, of: size, into: &interpreter.gil, limit: limit)

    try offsets.take(.thread_state_size, into: &thread.size)
    try offsets.take(.thread_state_prev, of: .thread_state_size, into: &thread.prev)
    try offsets.take(.thread_state_next, of: .thread_state_size, into: &thread.next)
    try offsets.take(.thread_state_interp, of: .thread_state_size, into: &thread.interp)
    try offsets.take(.thread_state_current_frame, of: .thread_state_size, into: &thread.current_frame)
    try offsets.take(.thread_state_datastack_chunk, of: .thread_state_size, into: &thread.datastack_chunk)
    try offsets.take(.thread_state_thread_id, of: .thread_state_size, into: &thread.thread_id)
    try offsets.take(.thread_state_native_thread_id, of: .thread_state_size, into: &thread.native_thread_id)
  }
}

extension DebugOffsets {
  /// Replaces a structure's size, if the version has it.
  fileprivate func take(_ field: Field, into size: inout Int, limit: Int = objectLimit) throws {
    size = try self.size(of: field, limit: limit) ?? size
  }

  /// Replaces an offset, if the version has it.
  fileprivate func take<Value>(
    _ field: Field, of size: Field, into offset: inout FieldOffset<Value>, limit: Int = objectLimit
  ) throws {
    let width = MemoryLayout<Value>.size
    guard let number = try self.offset(of: field, width: width, within: size, limit: limit) else { return }
    offset = FieldOffset(number)
  }

  /// Replaces the offset of a field that not all versions have; one that the layout does not know stays unknown.
  fileprivate func take<Value>(
    _ field: Field, of size: Field, into offset: inout FieldOffset<Value>?, limit: Int = objectLimit
  ) throws {
    guard var known = offset else { return }
    try take(field, of: size, into: &known, limit: limit)
    offset = known
  }
}

extension FieldOffset {
  fileprivate mutating func move(by distance: Int) {
    self = FieldOffset(bytes + distance)
  }
}
