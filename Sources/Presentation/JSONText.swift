import FoundationEssentials

/// Answers as JSON, each on one line, with their keys in alphabetical order.
package struct JSONText {
  private let encoder: JSONEncoder

  package init() {
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  /// The JSON of `value`.
  ///
  /// - Throws: `EncodingError` for values that JSON has no way to write.
  package func text(of value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
