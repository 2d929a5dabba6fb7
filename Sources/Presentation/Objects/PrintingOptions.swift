/// How much of an object is written, and how.
package struct PrintingOptions: Sendable {
  /// The depth at which containers are not expanded; the root is at 0.
  package var maxRecursionDepth = 4
  /// The maximum number of entries of a container that are written.
  package var maxEntries = 100
  /// The maximum number of characters or bytes of a string that are written.
  package var maxStringLength = 1024
  /// Whether nested values of the built-in types are written with their addresses too.
  package var showAllAddresses = false
  /// Whether bytes are written as hexadecimal digits.
  package var bytesAsHex = false
  /// Whether an object takes one line, and only the length of a container is written.
  package var short = false
  /// Whether a frame's `f_back` is left out.
  package var omitFrameBack = false

  package init() {}

  /// The maximum depth, whatever is asked for: a deeper recursion would exhaust the stack.
  static let deepestRecursion = 500
  /// The maximum number of objects that are written for one root.
  static let objectBudget = 1_000_000
  /// The maximum number of bytes that are written for one root, not counting those of the last object.
  static let longestText = 64 << 20

  /// The depth at which containers are not expanded.
  var recursionLimit: Int { min(maxRecursionDepth, Self.deepestRecursion) }
}
