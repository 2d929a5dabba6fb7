import MemoryImage

extension Layout {
  /// The first field that is not inside the record it is read from, as "tuple.ob_item"; nil if all are.
  ///
  /// Reading a field outside its record is an error of the program, so a layout with numbers from a dump is checked first.
  package var fieldOutsideRecord: String? {
    for (structure, table) in Mirror(reflecting: self).children {
      guard let structure else { continue }
      // A structure that not all versions have is the only child of its mirror.
      let mirror = Mirror(reflecting: table)
      let isOptional = mirror.displayStyle == .optional
      let fields = isOptional ? mirror.children.first.map { Mirror(reflecting: $0.value) } : mirror
      for (field, value) in fields?.children ?? AnyCollection([]) {
        guard let field, let extent = value as? any FieldExtent else { continue }
        guard let size = recordSize(of: field, in: structure) else { continue }
        if extent.bytes < 0 || extent.bytes > size - extent.width { return "\(structure).\(field)" }
      }
    }
    return nil
  }

  /// The size of the record that a field is read from; nil where the layout has none.
  private func recordSize(of field: String, in structure: String) -> Int? {
    switch structure {
    case "object": field == "ob_size" ? object.varSize : object.size
    case "gcHead": gcHead.size
    case "type": field.hasPrefix("ht_") ? type.heapSize : type.size
    case "long": long.size
    case "float": float.size
    case "complex": complex.size
    case "unicode": stringSize(of: field)
    case "bytes": bytes.size
    case "byteArray": byteArray.size
    case "tuple": tuple.size
    case "list": list.size
    case "dict": dict.size
    // The tables begin where the structure ends.
    case "dictKeys": field == "dk_indices" ? nil : dictKeys.dk_indices.bytes
    case "set": field.hasPrefix("entry") ? set.entrySize : set.size
    case "cell": cell.size
    case "function": function.size
    case "method": method.size
    case "builtinFunction": field == "ml_name" || field == "mm_class" ? nil : builtinFunction.size
    case "module": module.size
    case "code": code.size
    case "generator": generatorSize(of: field)
    case "frame": field == "b_level" || field == "b_type" ? frame.blockSize : frame.size
    case "interpreterFrame": interpreterFrame?.size
    case "moduleDefinition": moduleDefinition.size
    case "memberDefinition": memberDefinition.size
    case "pymalloc": pymalloc.headerSize
    case "runtime": runtime.size
    case "gil": gil.size
    case "errorStackItem": errorStackItem.size
    case "stackChunk": stackChunk?.size
    case "traceback": traceback.size
    case "interpreter": interpreter.size
    case "thread": field == "cframe_current_frame" ? nil : thread.size
    default: nil
    }
  }

  /// The shortest form of a string that has the field.
  private func stringSize(of field: String) -> Int {
    switch field {
    case "data": unicode.size
    case "utf8", "utf8_length", "wstr_length": unicode.compactSize
    default: unicode.asciiSize
    }
  }

  private func generatorSize(of field: String) -> Int {
    switch field {
    case "cr_origin": generator.coroutineSize
    case "ag_finalizer": generator.asyncGeneratorSize
    default: generator.size
    }
  }
}

/// A field of any type, as a range of bytes.
private protocol FieldExtent {
  /// The offset of the field.
  var bytes: Int { get }
  /// The number of bytes that are read there.
  var width: Int { get }
}

extension FieldOffset: FieldExtent {
  fileprivate var width: Int { MemoryLayout<Value>.size }
}
