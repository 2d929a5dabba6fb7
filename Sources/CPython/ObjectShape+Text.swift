extension ObjectShape {
  /// A name in single quotes as it appears in a description, or a question mark for one that could not be read.
  static func quoted(_ name: String?) -> String {
    name.map { "'\($0)'" } ?? "?"
  }
}
