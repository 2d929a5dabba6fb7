package import MemoryImage

/// A Python `function` in the inferior's memory.
///
/// Mirrors `PyFunctionObject` in CPython's `Include/cpython/funcobject.h`.
package struct PyFunctionObject: PythonObject {
  package let address: Address
  private let record: MemoryRecord
  private let type: TypeTraits

  package init(_ header: ObjectHeader, in inferior: __shared Inferior) throws(MemoryFault) {
    address = header.address
    type = header.type
    record = try inferior.memory.record(at: address, size: inferior.layout.function.size)
  }

  /// The code (`func_code`), the global variables (`func_globals`), and the qualified name.
  package func code(in inferior: Inferior) -> Address { record[inferior.layout.function.func_code] }
  func globals(in inferior: Inferior) -> Address { record[inferior.layout.function.func_globals] }
  package func qualifiedName(in inferior: Inferior) -> String? {
    inferior.shownString(at: record[inferior.layout.function.func_qualname])
  }

  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    let layout = inferior.layout.function
    guard inferior.isObject(record[layout.func_code], ofKind: .code),
      inferior.isObject(record[layout.func_globals], ofKind: .dict),
      inferior.isObject(record[layout.func_name], ofKind: .str),
      inferior.isObject(record[layout.func_qualname], ofKind: .str)
    else { return .wrongReferentType }
    // Closure and defaults are usually null.
    for (field, kind) in [(layout.func_closure, ObjectKind.tuple), (layout.func_kwdefaults, .dict)]
    where !record[field].isNull && !inferior.isObject(record[field], ofKind: kind) {
      return .wrongReferentType
    }
    return nil
  }

  package func forEachReferent(in inferior: Inferior, _ body: ReferentBody) {
    let layout = inferior.layout.function
    record.give(layout.func_code, .visited, as: "func_code", to: body)
    record.give(layout.func_globals, .visited, as: "func_globals", to: body)
    record.give(layout.func_builtins, .visited, as: "func_builtins", to: body)
    record.give(layout.func_name, .visited, as: "func_name", to: body)
    record.give(layout.func_qualname, .visited, as: "func_qualname", to: body)
    record.give(layout.func_module, .visited, as: "func_module", to: body)
    record.give(layout.func_defaults, .visited, as: "func_defaults", to: body)
    record.give(layout.func_kwdefaults, .visited, as: "func_kwdefaults", to: body)
    record.give(layout.func_doc, .visited, as: "func_doc", to: body)
    record.give(layout.func_closure, .visited, as: "func_closure", to: body)
    record.give(layout.func_annotations, .visited, as: "func_annotations", to: body)
    record.give(layout.func_annotate, .visited, as: "func_annotate", to: body)
    record.give(layout.func_typeparams, .visited, as: "func_typeparams", to: body)
  }

  package func byteCount(in inferior: Inferior) -> Int { type.basicSize }

  /// The name of the module in which the function was defined; nil if the function does not state it.
  func module(in inferior: Inferior) -> String? {
    let address = record[inferior.layout.function.func_module]
    return inferior.isObject(address, ofKind: .str) ? inferior.string(at: address) : nil
  }

  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let name = ObjectShape.quoted(qualifiedName(in: inferior))
    let place = PyCodeObject.place(of: code(in: inferior), in: inferior)
    return .described(
      "function \(name)\(place)",
      fields: fields(in: inferior.layout.function).filter { !record[$0.1].isNull }
        .map { ObjectShape.Field($0.0, object: record[$0.1]) })
  }

  private func fields(in layout: FunctionLayout) -> [(String, FieldOffset<Address>)] {
    let all: [(String, FieldOffset<Address>?)] = [
      ("code", layout.func_code), ("globals", layout.func_globals), ("builtins", layout.func_builtins),
      ("name", layout.func_name), ("qualname", layout.func_qualname), ("module", layout.func_module),
      ("defaults", layout.func_defaults), ("kwdefaults", layout.func_kwdefaults), ("doc", layout.func_doc),
      ("closure", layout.func_closure), ("dict", layout.func_dict), ("annotations", layout.func_annotations),
      ("annotate", layout.func_annotate), ("type_params", layout.func_typeparams),
    ]
    return all.compactMap { name, field in field.map { (name, $0) } }
  }
}

extension PyFunctionObject {
  /// The values of the free variables, by name: variables of enclosing functions that this one uses.
  package func freeVariables(in inferior: Inferior) -> [String: Address] {
    let cells = inferior.items(of: record[inferior.layout.function.func_closure], limit: 1 << 12)
    guard !cells.isEmpty, let code = try? PyCodeObject(at: code(in: inferior), in: inferior) else { return [:] }
    var found: [String: Address] = [:]
    // The free variables are the last ones in the frame.
    for (name, cell) in zip(code.variableNames(in: inferior).suffix(cells.count), cells) {
      guard let name = inferior.shownString(at: name), let header = inferior.object(at: cell), header.type.kind == .cell,
        let contents = (try? PyCellObject(header, in: inferior))?.contents, !contents.isNull
      else { continue }
      found[name] = contents
    }
    return found
  }
}
