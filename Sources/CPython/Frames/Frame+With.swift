package import MemoryImage

extension Frame {
  /// The context managers whose `with` or `async with` blocks the frame is in, outermost first. As long as a block lasts,
  /// the evaluation stack keeps its `__exit__`. A manager that is still being entered is not among them.
  package func enteredManagers(in inferior: Inferior) -> [Address] {
    let (values, certain) = evaluationStack(in: inferior)
    let kept = values.prefix(certain)
    return kept.indices.compactMap { index in
      guard let header = inferior.object(at: kept[index]) else { return nil }
      switch header.type.kind {
      case .method:
        // A bound `__exit__` or `__aexit__` of Python code; before 3.14 one value.
        guard let method = try? PyMethodObject(header, in: inferior), isExit(method.function, in: inferior) else {
          return nil
        }
        return method.instance
      case .builtinFunction:
        // A bound method written in C. Its name is in the program's file, which not every dump has.
        guard let function = try? PyCFunctionObject(header, in: inferior), function.isMethod(in: inferior) else {
          return nil
        }
        return function.instance
      default:
        // Since 3.14 the function is followed by its object.
        return index + 1 < kept.endIndex && isExit(kept[index], in: inferior) ? kept[index + 1] : nil
      }
    }
  }

  private func isExit(_ function: Address, in inferior: Inferior) -> Bool {
    guard let header = inferior.object(at: function) else { return false }
    let name =
      header.type.kind == .function
      ? (try? PyFunctionObject(header, in: inferior))?.qualifiedName(in: inferior)
      : inferior.structureField("d_name", of: function).flatMap { inferior.string(at: $0) }
    return name.map { $0.hasSuffix("__exit__") || $0.hasSuffix("__aexit__") } ?? false
  }
}

extension PyCFunctionObject {
  /// Whether the function is bound to an object, and is not a module's function.
  func isMethod(in inferior: Inferior) -> Bool {
    !instance.isNull && !inferior.isObject(instance, ofKind: .module)
  }
}
