import MemoryImage

// Checks of what type objects state about themselves.
extension CalibrationChecker {
  /// Checks that `type` and `object` refer to each other.
  func typeChecks() -> [Calibration.Check] {
    let layout = inferior.layout
    let type = try? PyTypeObject(at: typeObject, in: inferior)
    let base = type?[layout.type.tp_base] ?? .null
    let object = try? PyTypeObject(at: base, in: inferior)
    let mro = type.flatMap { try? PyTupleObject(at: $0[layout.type.tp_mro], in: inferior) }
    let items = mro.map { inferior.pointers(at: $0.items, count: $0.count, limit: 3) }
    let facts: [(String, Bool)] = [
      ("type(type) is type", (try? inferior.typeAddress(of: typeObject)) == typeObject),
      ("type.__name__ == 'type'", inferior.types.type(at: typeObject)?.name == "type"),
      ("type.__basicsize__ == \(layout.type.heapSize)", type?[layout.type.tp_basicsize] == layout.type.heapSize),
      (
        "type.__itemsize__ == \(layout.memberDefinition.size)",
        type?[layout.type.tp_itemsize] == layout.memberDefinition.size
      ),
      ("type.__base__ is object", inferior.types.type(at: base)?.name == "object"),
      ("object.__base__ is None", object?[layout.type.tp_base].isNull ?? false),
      ("object.__basicsize__ == \(layout.object.size)", object?[layout.type.tp_basicsize] == layout.object.size),
      ("type.__mro__ == (type, object)", items == [typeObject, base]),
    ]
    return facts.map { .init(name: $0, passes: $1, subject: .types) }
  }

  /// Checks that the sizes that the built-in types state are those of the layout's structures.
  func sizeChecks() -> [Calibration.Check] {
    let layout = inferior.layout
    let frameHead = layout.interpreterFrame?.localsplus.bytes
    let generator = layout.generator.gi_iframe.flatMap { head in frameHead.map { head.bytes + $0 } }
    let expected: [(String, Int)] = [
      ("int", layout.long.ob_digit.bytes), ("float", layout.float.size), ("complex", layout.complex.size),
      ("str", layout.unicode.size), ("bytes", layout.bytes.ob_sval.bytes + 1), ("bytearray", layout.byteArray.size),
      ("tuple", layout.tuple.ob_item.bytes), ("list", layout.list.size), ("dict", layout.dict.size),
      ("set", layout.set.size), ("frozenset", layout.set.size), ("cell", layout.cell.size),
      ("function", layout.function.size), ("method", layout.method.size), ("module", layout.module.size),
      ("builtin_function_or_method", layout.builtinFunction.size), ("NoneType", layout.object.size),
      ("code", layout.code.co_code_adaptive?.bytes ?? layout.code.size),
      ("generator", generator ?? layout.generator.size), ("coroutine", generator ?? layout.generator.coroutineSize),
      ("async_generator", generator ?? layout.generator.asyncGeneratorSize),
    ]
    return expected.map { name, size in
      .init(
        name: "\(name).__basicsize__ == \(size)", passes: staticType(name)?.traits.basicSize == size, subject: .sizes)
    }
  }

  /// Checks that the flags of the built-in types state what they are.
  func flagChecks() -> [Calibration.Check] {
    let flags: [(String, TypeFlags)] = [
      ("int", .longSubclass), ("list", .listSubclass), ("tuple", .tupleSubclass), ("bytes", .bytesSubclass),
      ("str", .unicodeSubclass), ("dict", .dictSubclass), ("type", .typeSubclass),
      ("BaseException", .baseExceptionSubclass),
    ]
    return flags.map { name, flag in
      let passes = staticType(name)?.traits.flags.contains(flag) ?? false
      return .init(name: "\(name).__flags__ says it is \(name)", passes: passes, subject: .types)
    }
  }
}
