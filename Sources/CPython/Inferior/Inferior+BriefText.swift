package import MemoryImage

extension Inferior {
  /// A short value in Python's notation, for descriptions on one line: up to 200 characters or bytes in quotes, a small
  /// int, `None` or a bool; nil for anything else.
  package func briefText(of address: Address) -> String? {
    guard let header = object(at: address) else { return nil }
    switch header.type.kind {
    case .str: return string(at: address, limit: 200).map { ObjectShape.quoted($0) }
    case .none, .bool: return atom(of: header)
    case .int: return (try? PyLongObject(at: address, in: self))?.smallValue(in: self).map(String.init)
    case .bytes:
      guard let bytes = try? PyBytesObject(header, in: self),
        case .bytes(_, let shown, let length, _) = bytes.shape(
          in: self, limit: 200), length <= 200
      else { return nil }
      return "b" + PythonText.quoted(shown)
    default: return nil
    }
  }

  /// An object as a part of another one. A short value is given as text, so that it is shown even where nothing is expanded.
  func part(_ address: Address) -> ObjectShape.Part {
    briefText(of: address).map { .text($0) } ?? .object(address)
  }

  private func atom(of header: ObjectHeader) -> String? {
    // These types cannot be subclassed; in a damaged dump, an object whose type is a subclass may be its own value.
    guard types.types[Int(header.type.number)].isOfOwnKind, case .atom(let text) = header.shape(in: self, limit: 0) else {
      return nil
    }
    return text
  }
}
