extension ObjectShape {
  /// A name in quotes as Python writes it; a question mark for one that could not be read.
  static func quoted(_ name: String?) -> String {
    name.map { PythonText.quoted($0) } ?? "?"
  }
}
