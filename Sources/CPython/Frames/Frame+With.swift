package import MemoryImage

extension Frame {
  /// The context managers whose `with` or `async with` blocks the frame is in, the outermost first: as long as a block lasts,
  /// the evaluation stack keeps what it is left by. One that is still being entered is not among them.
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
        // A bound method of C; its name lies in the program's file, and not in every dump.
        guard let function = try? PyCFunctionObject(header, in: inferior), function.isMethod(in: inferior) else {
          return nil
        }
        return function.instance
      default:
        // Since 3.14 the function and its object, one behind the other.
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
  /// Whether it is bound to an object, and not a function of a module.
  func isMethod(in inferior: Inferior) -> Bool {
    !instance.isNull && !inferior.isObject(instance, ofKind: .module)
  }
}
